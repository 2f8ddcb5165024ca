package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import dev.waybill.outbox.support.Writers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** The running relay on real servers: what is committed is on the topic, in order, whatever happens to the relay. */
class RelayIT {

    private static final Logger log = LoggerFactory.getLogger(RelayIT.class);
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Service service = Service.create();
    private ConfigurableApplicationContext application;

    @BeforeEach
    void start() {
        application = TestApplication.start(service, Map.of());
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private static long seed() {
        long seed = Long.getLong("waybill.seed", System.nanoTime());
        log.info("seed {} (repeat with -Dwaybill.seed={})", seed, seed);
        return seed;
    }

    private void judge(Set<String> committed) {
        List<ConsumerRecord<String, byte[]>> records;
        try (TopicReader reader = service.reader()) {
            records = reader.until(
                    read -> read.size() >= committed.size() && Judge.names(read).containsAll(committed), LONG);
            reader.poll(Duration.ofMillis(300));
            Judge.assertAllOnceAtLeastAndInOrder(committed, reader.records());
            log.info(
                    "{} committed, {} on the topic",
                    committed.size(),
                    reader.records().size());
        }
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(service.query(
                                "SELECT holes::text || ' ' || (position = (SELECT max(position) FROM outbox.event)) "
                                        + "FROM outbox.relay_offset"))
                        .isEqualTo("[] true"));
        Judge.assertAllHaveTheirTime(service, records);
    }

    /** A writer elsewhere on the server that stays open: it keeps the horizon down, not the events. */
    @Test
    void writersOfEveryKindLoseNothingAndKeepOrderBesideALongTransactionElsewhere() throws Exception {
        try (Connection foreign = dev.waybill.sandbox.testing.RealServers.get().superuser("postgres");
                Statement statement = foreign.createStatement();
                Writers writers = new Writers(service)) {
            foreign.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            writers.start(10, seed());
            await().atMost(LONG).until(() -> writers.count() >= 3_000);
            Set<String> committed = writers.stop();
            try (TopicReader reader = service.reader()) {
                reader.until(read -> Judge.names(read).containsAll(committed), LONG);
            }
            foreign.rollback();
            judge(committed);
        }
    }

    /** Two hundred times one after another, each of which would wait for an hour. */
    @Test
    void nothingWaitsForTheProducersLinger() throws Exception {
        stop();
        application = TestApplication.start(service, Map.of("spring.kafka.producer.properties.linger.ms", "3600000"));
        Set<String> committed = new HashSet<>();
        try (Connection writer = service.connect()) {
            writer.setAutoCommit(false);
            for (int i = 0; i < 1_000; i++) {
                Service.insert(writer, "hot-" + i % 5, i / 5);
                committed.add("hot-" + i % 5 + "/" + i / 5);
            }
            writer.commit();
        }
        judge(committed);
    }

    @Test
    void aThousandRollbacksBesideATransactionThatStaysOpenHoldNothingUp() throws Exception {
        Set<String> committed = new HashSet<>();
        try (Connection foreign = dev.waybill.sandbox.testing.RealServers.get().superuser("postgres");
                Statement statement = foreign.createStatement();
                Connection writer = service.connect()) {
            foreign.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");
            writer.setAutoCommit(false);
            for (int i = 0; i < 1_500; i++) {
                Service.insert(writer, "phantom", i);
                writer.rollback();
                Service.insert(writer, "s-" + i % 7, i);
                writer.commit();
                committed.add("s-" + i % 7 + "/" + i);
            }
            try (TopicReader reader = service.reader()) {
                reader.until(read -> Judge.names(read).containsAll(committed), LONG);
            }
            assertThat(Integer.parseInt(service.query("SELECT jsonb_array_length(holes) FROM outbox.relay_offset")))
                    .isGreaterThan(1_000);
            foreign.rollback();
        }
        judge(committed);
    }

    @Test
    void everyConnectionCutAgainAndAgainOnlyRepeats() throws Exception {
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement();
                Writers writers = new Writers(service)) {
            writers.start(6, seed());
            for (int cut = 1; cut <= 15; cut++) {
                int enough = 150 * cut;
                await().atMost(LONG).until(() -> writers.count() >= enough);
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        + "WHERE application_name LIKE 'waybill relay%' AND datname = current_database()");
            }
            judge(writers.stop());
        }
    }

    @Test
    void ofTwoInstancesOnePublishesAndTheOtherTakesOver() throws Exception {
        try (ConfigurableApplicationContext second = TestApplication.start(service, Map.of());
                Writers writers = new Writers(service)) {
            writers.start(4, seed());
            await().atMost(LONG).until(() -> writers.count() >= 300);
            assertThat(service.query("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
                            + "WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"))
                    .isEqualTo("1");
            application.close();
            int before = writers.count();
            await().atMost(LONG).until(() -> writers.count() >= before + 300);
            judge(writers.stop());
        }
    }

    @Test
    void anInstanceThatIsStartedAgainGoesOnWhereTheLastOneStopped() throws Exception {
        Set<String> committed = new HashSet<>();
        try (Connection connection = service.connect()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 200; i++) {
                    Service.insert(connection, "s-" + i % 7, round * 200L + i);
                    committed.add("s-" + i % 7 + "/" + (round * 200L + i));
                }
                application.close();
                application = TestApplication.start(service, Map.of());
            }
        }
        judge(committed);
        try (TopicReader reader = service.reader()) {
            reader.atLeast(600);
            reader.poll(Duration.ofMillis(300));
            assertThat(reader.records()).as("a clean stop repeats nothing").hasSize(600);
        }
    }
}
