package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.Api;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Parallel;
import dev.waybill.orders.Shipping;
import dev.waybill.sandbox.testing.RealServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** What shipping does not acknowledge in time is told to it again. */
@TestPropertySource(properties = {"orders.acknowledgement-timeout=500ms", "orders.acknowledgement-longest-timeout=8s"})
@DirtiesContext
class PublishingAgainIT extends OrdersTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Shipping shipping = Shipping.get();
    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    private KafkaConsumer<String, byte[]> consumer;

    @Autowired
    private PublishingAgain publishingAgain;

    @Autowired
    private MeterRegistry meters;

    @LocalManagementPort
    private int managementPort;

    @BeforeEach
    void listen() {
        // What other tests have left behind is not waited for here.
        jdbc.update("UPDATE orders.orders SET next_publishing_at = NULL WHERE next_publishing_at IS NOT NULL");
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.get().kafkaBootstrap()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        await().until(() -> !consumer.partitionsFor("waybill.orders").isEmpty());
        List<TopicPartition> partitions = consumer.partitionsFor("waybill.orders").stream()
                .map(partition -> new TopicPartition("waybill.orders", partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    @AfterEach
    void close() throws SQLException {
        try (Connection superuser = RealServers.get().superuser("orders");
                Statement statement = superuser.createStatement()) {
            statement.execute("DELETE FROM orders.orders WHERE customer_id = 'c-many'");
            statement.execute("DELETE FROM outbox.dead_letter WHERE cause LIKE '%unheard-of%'");
        }
        operator("{\"action\":\"resume\"}");
        consumer.close();
    }

    @Test
    void publishesTheSameEventsAgainEverMoreSeldomUntilTheyAreAcknowledged() {
        double before = publishedAgain();
        String id = placedId();
        api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));

        await().atMost(LONG).until(() -> idsOnTopic(id).size() >= 8);
        List<String> ids = idsOnTopic(id);
        assertThat(ids)
                .as("each round the same two events, in order")
                .startsWith(ids.get(0), ids.get(1), ids.get(0), ids.get(1));
        assertThat(ids.stream().distinct()).hasSize(2);
        JsonNode journey = journey(id);
        assertThat(journey.get("publishedAgain").asInt()).isGreaterThanOrEqualTo(3);
        Duration wait = Duration.between(instant(journey, "publishedAgainAt"), instant(journey, "nextPublishingAt"));
        assertThat(wait).as("after the third time, 500 ms doubled").isGreaterThanOrEqualTo(Duration.ofSeconds(4));
        assertThat(publishedAgain() - before).isGreaterThanOrEqualTo(3);
        assertThat(unacknowledged()).isEqualTo(1);
        assertThat(api.get("/orders/" + id).json().get("version").asInt())
                .as("the order itself has not changed")
                .isEqualTo(1);

        shipping.tells(id, "shipment.booked", 1, "\"trackingNumber\":\"T-1\"");
        await().until(() -> journey(id).get("nextPublishingAt").isNull());
        assertThat(unacknowledged()).isZero();
        assertNothingMoreIsPublished(id);
        assertThat(journey(id).get("publishedAgain").asInt())
                .as("it stays visible")
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void leavesAnOrderInPeaceThatOnlyWaitsForTheCarrier() {
        String id = placedId();
        await().atMost(LONG).until(() -> idsOnTopic(id).size() >= 2);

        shipping.tells(id, "shipment.awaiting", 0, "");
        await().until(() -> journey(id).get("nextPublishingAt").isNull());

        assertNothingMoreIsPublished(id);
    }

    @Test
    void anAnswerToAnEarlierEventIsNoneToTheLatest() {
        String id = placedId();
        api.post("/orders/" + id + "/cancellation", "");

        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        await().until(() -> !api.get("/orders/" + id).json().get("shipment").isNull());

        int seen = idsOnTopic(id).size();
        await().atMost(LONG).until(() -> idsOnTopic(id).size() >= seen + 2);
        assertThat(journey(id).get("nextPublishingAt").isNull()).isFalse();
    }

    @Test
    void beginsWithTheShortWaitAgainWithEachEventAndAnAnswerToItIsNoChangeOfTheOrder() {
        String id = placedId();
        await().atMost(LONG).until(() -> journey(id).get("publishedAgain").asInt() >= 2);
        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        await().until(() -> journey(id).get("nextPublishingAt").isNull());
        assertThat(timeouts(id)).isGreaterThanOrEqualTo(2);

        int before = journey(id).get("publishedAgain").asInt();
        String etag = api.put("/orders/" + id + "/delivery-address", addressIn("Paris"))
                .header("ETag");
        assertThat(timeouts(id))
                .as("counted anew, a slow machine may be at the first")
                .isLessThanOrEqualTo(1);
        await().atMost(LONG).until(() -> journey(id).get("publishedAgain").asInt() > before);

        shipping.tells(id, "shipment.booked", 1, "\"trackingNumber\":\"T-1\"");
        await().until(() -> journey(id).get("nextPublishingAt").isNull());
        assertThat(api.get("/orders/" + id).header("ETag")).isEqualTo(etag);
    }

    @Test
    void doesNotAskForMoreOfWhatItCannotTakeIn() {
        String id = placedId();
        shipping.tells(id, "shipment.unheard-of", 0, "");
        await().until(() -> !lettersOf(id).isEmpty());
        Instant next = instant(journey(id), "nextPublishingAt");
        await().atMost(LONG)
                .until(() -> instant(journey(id), "nextPublishingAt").isAfter(next));
        int seen = journey(id).get("publishedAgain").asInt();
        Instant later = instant(journey(id), "nextPublishingAt");
        await().atMost(LONG)
                .until(() -> instant(journey(id), "nextPublishingAt").isAfter(later));
        assertThat(journey(id).get("publishedAgain").asInt()).isEqualTo(seen);
        assertThat(lettersOf(id)).containsExactly("FAILED");

        jdbc.update(
                "UPDATE orders.orders SET next_publishing_at = NULL WHERE id = ?::uuid", id); // not into other tests
    }

    private List<String> lettersOf(String id) {
        return jdbc.queryForList("SELECT state FROM outbox.dead_letter WHERE subject = ?", String.class, id);
    }

    @Test
    void waitsWhileTheEventIsNotPublishedAtAll() {
        operator("{\"action\":\"pause\",\"reason\":\"for the test\"}");
        String heartbeat = heartbeat();
        await().until(() -> !heartbeat().equals(heartbeat)); // then it has read that
        String id = placedId();
        Instant first = instant(journey(id), "nextPublishingAt");

        await().atMost(LONG)
                .until(() -> instant(journey(id), "nextPublishingAt").isAfter(first));
        assertThat(journey(id).get("publishedAgain").asInt()).isZero();
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM outbox.replay WHERE ? = ANY (subjects)", Integer.class, id))
                .isZero();
        assertThat(unacknowledged()).as("late all the same").isEqualTo(1);

        operator("{\"action\":\"resume\"}");
        await().atMost(LONG).until(() -> journey(id).get("publishedAgain").asInt() > 0);
        await().atMost(LONG).until(() -> idsOnTopic(id).size() >= 2);
    }

    @Test
    void severalInstancesAskForEachOrderOnce() {
        List<String> ids = manyAreDue();

        Parallel.call(4, thread -> {
            while (asked() < ids.size()) {
                publishingAgain.publishAgain();
            }
            return thread;
        });

        assertThat(jdbc.queryForObject("""
                        SELECT count(*) = count(DISTINCT subject) FROM (
                            SELECT unnest(subjects) AS subject FROM outbox.replay) asked WHERE subject IN (
                            SELECT id::text FROM orders.orders WHERE customer_id = 'c-many')
                        """, Boolean.class)).isTrue();
    }

    @Test
    void asksAboutFewAtATimeWhileNobodyAnswers() {
        List<String> ids = manyAreDue();

        await().atMost(LONG).until(() -> asked() == ids.size());

        assertThat(jdbc.queryForList("""
                        SELECT count(*) AS orders, (extract(epoch FROM published_again_at
                            - lag(published_again_at) OVER (ORDER BY published_again_at)) * 1000)::int AS millis_since
                        FROM orders.orders WHERE customer_id = 'c-many' GROUP BY published_again_at
                        """)).allSatisfy(chunk -> {
            assertThat((Long) chunk.get("orders")).isLessThanOrEqualTo(500);
            assertThat((Integer) chunk.get("millis_since"))
                    .satisfiesAnyOf(
                            first -> assertThat(first).isNull(),
                            next -> assertThat(next).isGreaterThanOrEqualTo(500));
        });
    }

    private int asked() {
        return jdbc.queryForObject(
                "SELECT count(*) FROM orders.orders WHERE customer_id = 'c-many' AND published_again > 0",
                Integer.class);
    }

    /** 1,200 orders that are not acknowledged in time, for the last time before the longest wait. */
    private List<String> manyAreDue() {
        jdbc.update("""
                INSERT INTO orders.orders (id, customer_id, status, version, event_sequence, currency, total, name, street, city,
                    postcode, country, placed_at, updated_at, next_publishing_at)
                SELECT gen_random_uuid(), 'c-many', 'PLACED', 0, 0, 'EUR', 1, 'n', 's', 'c', 'p', 'GB', now(), now(), NULL
                FROM generate_series(1, 1200)
                """);
        List<String> ids = jdbc.queryForList("""
                INSERT INTO outbox.event (source, subject, sequence, type, payload)
                SELECT '/orders', id::text, 0, 'order.placed', '{}' FROM orders.orders WHERE customer_id = 'c-many'
                RETURNING subject
                """, String.class);
        await().atMost(LONG).until(() -> jdbc.queryForObject("""
                        SELECT (SELECT position FROM outbox.relay_offset) = (SELECT max(position) FROM outbox.event)
                        """, Boolean.class));
        jdbc.update("""
                UPDATE orders.orders SET next_publishing_at = now() - interval '1 second', timeouts = 20
                WHERE customer_id = 'c-many'
                """);
        return ids;
    }

    /** Another order is published again meanwhile, later than this one could have been. */
    private void assertNothingMoreIsPublished(String id) {
        await().until(() ->
                jdbc.queryForObject("SELECT bool_and(finished_at IS NOT NULL) FROM outbox.replay", Boolean.class));
        poll();
        int before = idsOnTopic(id).size();
        String other = placedId();
        await().atMost(LONG).until(() -> idsOnTopic(other).size() >= 5);
        assertThat(idsOnTopic(id)).hasSize(before);
        jdbc.update("UPDATE orders.orders SET next_publishing_at = NULL WHERE id = ?", UUID.fromString(other));
    }

    private void poll() {
        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
    }

    private List<String> idsOnTopic(String id) {
        poll();
        return records.stream()
                .filter(record -> record.key().equals(id))
                .map(record -> new String(record.headers().lastHeader("ce_id").value()))
                .toList();
    }

    private JsonNode journey(String id) {
        return api.get("/orders/" + id + "/journey").json();
    }

    private static Instant instant(JsonNode journey, String name) {
        return Instant.parse(journey.get(name).asText());
    }

    private int timeouts(String id) {
        return jdbc.queryForObject("SELECT timeouts FROM orders.orders WHERE id = ?::uuid", Integer.class, id);
    }

    private String heartbeat() {
        return jdbc.queryForObject("SELECT heartbeat_at::text FROM outbox.relay_offset", String.class);
    }

    private void operator(String body) {
        assertThat(new Api("http://localhost:" + managementPort)
                        .post("/actuator/relay", body)
                        .status())
                .isLessThan(300);
    }

    private double publishedAgain() {
        return meters.get("orders.published.again").counter().count();
    }

    private double unacknowledged() {
        return meters.get("orders.unacknowledged").gauge().value();
    }
}
