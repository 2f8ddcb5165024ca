package dev.waybill.shipping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.sandbox.testing.RealServers;
import dev.waybill.sandbox.testing.ServerConnections;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The whole service on real servers, the carrier among them; one for all tests, since two would share the partitions. Its
 * patience is shorter than in production, so that tests are.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "waybill.servers.database=shipping",
            "shipping.waiting-room=" + ShippingIT.WAITING_ROOM,
            "shipping.carrier.read-timeout=2s",
            "shipping.reconciler.lease=6s",
            "shipping.reconciler.first-back-off=200ms",
            "shipping.reconciler.longest-back-off=1s",
            "shipping.reconciler.awaiting-after=3s",
            "resilience4j.circuitbreaker.instances.carrier.wait-duration-in-open-state=1s"
        })
@Import(ServerConnections.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ShippingIT {

    protected static final int WAITING_ROOM = 60;
    protected static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    protected static final Duration PATIENCE = Duration.ofMinutes(2);

    protected final CarrierProcess carrier = CarrierProcess.get();

    @Autowired
    protected TestRestTemplate http;

    private KafkaProducer<String, String> producer;

    @DynamicPropertySource
    static void carrier(DynamicPropertyRegistry registry) {
        registry.add("shipping.carrier.url", () -> CarrierProcess.get().url());
    }

    @BeforeAll
    void openTopic() throws Exception {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, RealServers.get().kafkaBootstrap());
        try (Admin admin = Admin.create(config)) {
            admin.createTopics(List.of(new NewTopic("waybill.orders", 6, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    @AfterAll
    void close() {
        producer.close();
    }

    /** What a test has left behind must not open the breaker of the next one. */
    @BeforeEach
    void carrierBehaves() {
        carrier.behave();
        await().atMost(PATIENCE)
                .until(() -> query("SELECT count(*) FROM shipping.shipment WHERE next_attempt_at IS NOT NULL")
                        .equals("0"));
        carrier.behave();
    }

    protected void send(UUID order, long sequence, String type, String data) {
        ProducerRecord<String, String> record = new ProducerRecord<>("waybill.orders", order.toString(), data);
        Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        UUID.randomUUID().toString(),
                        "ce_source",
                        "/orders",
                        "ce_type",
                        type,
                        "ce_subject",
                        order.toString(),
                        "ce_sequence",
                        Long.toString(sequence),
                        "traceparent",
                        TRACE)
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        producer.send(record);
    }

    protected UUID placed(String city) {
        UUID order = UUID.randomUUID();
        send(order, 0, "order.placed", to(city));
        return order;
    }

    protected static String to(String city) {
        return to(city, "SW1Y 4JH");
    }

    protected static String to(String city, String postcode) {
        return """
                {"somethingNew": true, "deliveryAddress": {"name": "Ada Lovelace", "street": "12 St James's Square",
                 "city": "%s", "postcode": "%s", "country": "GB"}}""".formatted(city, postcode);
    }

    protected JsonNode get(String path) {
        return http.getForObject(path, JsonNode.class);
    }

    protected JsonNode shipment(UUID order) {
        return get("/shipments/" + order);
    }

    protected JsonNode awaitStatus(UUID order, String status) {
        return await("shipment of " + order)
                .atMost(PATIENCE)
                .until(
                        () -> shipment(order),
                        shipment -> shipment.path("status").asText().equals(status)
                                && (status.equals("AWAITING_CARRIER")
                                        || shipment.path("nextAttemptAt").isNull()));
    }

    protected static String query(String sql) {
        try (Connection connection = RealServers.get().superuser("shipping");
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** What the order was told, in this order: type, order's sequence and reason. */
    protected static List<String> told(UUID order) {
        String all = query("""
                SELECT coalesce(string_agg(type || ' ' || (payload ->> 'orderSequence'), ', ' ORDER BY sequence), '')
                FROM outbox.event WHERE subject = '%s'""".formatted(order));
        return all.isEmpty() ? List.of() : List.of(all.split(", "));
    }
}
