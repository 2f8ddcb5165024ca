package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** Records of random bytes: each is applied or kept as it is, none is tried for ever. */
class PoisonIT {

    private static final Logger log = LoggerFactory.getLogger(PoisonIT.class);
    private static final int RECORDS = 3_000;
    private static final int BATCH = 20;

    private final List<InboxEvent> handled = new ArrayList<>();
    private final InboxHandler handler = new InboxHandler() {
        @Override
        public String topic() {
            return "poison";
        }

        @Override
        public Set<String> types() {
            return Set.of("t");
        }

        @Override
        public void handle(List<InboxEvent> events) {
            if (handled.addAll(events)
                    && events.stream().anyMatch(event -> event.data().length() % 3 == 2)) {
                throw new IllegalStateException(
                        "no \u0000 \ud800 " + events.get(0).data());
            }
        }
    };

    @Test
    void noRecordStaysInTheWay() {
        long seed = Long.getLong("waybill.seed", System.nanoTime());
        log.info("poison from seed {} (repeat with -Dwaybill.seed={})", seed, seed);
        Random random = new Random(seed);
        Service service = Service.create();
        List<RawRecord.Header> good = Stream.of(
                        "specversion=1.0", "id=i", "source=/s", "subject=a", "sequence=0", "type=t")
                .map(header -> header.split("="))
                .map(header -> new RawRecord.Header("ce_" + header[0], header[1].getBytes(UTF_8)))
                .toList();
        try (ConfigurableApplicationContext application = TestApplication.start(service, Map.of())) {
            JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
            Inbox inbox = Inbox.of(
                    handler,
                    jdbc.getDataSource(),
                    application.getBean(PlatformTransactionManager.class),
                    new ObjectMapper());
            List<RawRecord> sent = new ArrayList<>();
            for (int batch = 0; batch < RECORDS / BATCH; batch++) {
                List<RawRecord> records = Stream.generate(() -> Poison.record(random, good))
                        .limit(BATCH)
                        .toList();
                inbox.receive(records);
                sent.addAll(records);
            }
            long faulty = sent.stream()
                    .filter(record -> EventParser.turn(record) == null && EventParser.id(record) == null)
                    .peek(record -> assertKept(jdbc, record, seed))
                    .count();
            assertThat(faulty).isGreaterThan(100);
            assertThat(handled).as("some were events after all").isNotEmpty();
        }
    }

    private static void assertKept(JdbcTemplate jdbc, RawRecord record, long seed) {
        Map<String, Object> letter = jdbc.queryForMap(
                "SELECT state, key, value, headers::text AS headers FROM outbox.dead_letter WHERE topic = 'poison' AND \"offset\" = ?",
                record.offset());
        assertThat(letter.get("state")).as("seed %s", seed).isEqualTo("FAILED");
        assertThat((byte[]) letter.get("key")).as("seed %s", seed).isEqualTo(record.key());
        assertThat((byte[]) letter.get("value")).as("seed %s", seed).isEqualTo(record.value());
        assertThat(letter.get("headers").toString().split("\"name\""))
                .hasSize(record.headers().size() + 1);
    }
}
