package dev.waybill.shipping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Order events in, shipments out, on real servers. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShipmentsIT {

    @Autowired
    private TestRestTemplate http;

    private KafkaProducer<String, String> producer;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.get().springProperties("shipping").forEach((name, value) -> registry.add(name, () -> value));
    }

    @BeforeAll
    void makeTopic() throws Exception {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, RealServers.get().kafkaBootstrap());
        try (Admin admin = Admin.create(config)) {
            admin.createTopics(List.of(new NewTopic("waybill.orders", 6, (short) 1)))
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    @AfterAll
    void close() {
        producer.close();
    }

    private void send(UUID order, long sequence, String type, String data) {
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
                        Long.toString(sequence))
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        producer.send(record);
    }

    private static String to(String city) {
        return """
                {"somethingNew": true, "deliveryAddress": {"name": "Ada Lovelace", "street": "12 St James's Square",
                 "city": "%s", "postcode": "SW1Y 4JH", "country": "GB"}}""".formatted(city);
    }

    private JsonNode get(String path) {
        return http.getForObject(path, JsonNode.class);
    }

    private static String query(String sql) throws Exception {
        try (Connection connection = RealServers.get().superuser("shipping");
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aPlacedOrderBecomesAShipmentThatAwaitsTheCarrier() {
        UUID order = UUID.randomUUID();
        send(order, 0, "order.placed", to("London"));
        await().untilAsserted(() ->
                assertThat(get("/shipments/" + order).path("orderId").asText()).isEqualTo(order.toString()));
        JsonNode shipment = get("/shipments/" + order);
        List<String> names = new ArrayList<>();
        shipment.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "orderId",
                        "status",
                        "deliveryAddress",
                        "trackingNumber",
                        "attempts",
                        "nextAttemptAt",
                        "lastError",
                        "updatedAt");
        assertThat(shipment.path("status").asText()).isEqualTo("AWAITING_CARRIER");
        assertThat(shipment.at("/deliveryAddress/city").asText()).isEqualTo("London");
        assertThat(shipment.at("/deliveryAddress/country").asText()).isEqualTo("GB");
    }

    @Test
    void changesOfOneBatchAndOfLaterOnesEndInWhatWasLastWanted() throws Exception {
        UUID order = UUID.randomUUID();
        send(order, 0, "order.placed", to("London"));
        send(order, 1, "order.readdressed", to("Paris"));
        await().untilAsserted(() -> assertThat(
                        get("/shipments/" + order).at("/deliveryAddress/city").asText())
                .isEqualTo("Paris"));
        send(order, 2, "order.readdressed", to("Rome"));
        send(order, 1, "order.readdressed", to("Paris"));
        send(order, 3, "order.readdressed", to("Oslo"));
        send(order, 2, "order.readdressed", to("Rome"));
        send(order, 4, "order.cancellation-requested", "{}");
        await().untilAsserted(() -> assertThat(
                        query("SELECT wanted_city || ' ' || wanted_cancelled FROM shipping.shipment WHERE order_id = '"
                                + order + "'"))
                .isEqualTo("Oslo true"));
    }

    @Test
    void anEventThatIsNoOrderIsKeptAndTheOthersGoOn() throws Exception {
        UUID bad = UUID.randomUUID();
        UUID good = UUID.randomUUID();
        send(bad, 0, "order.placed", "{\"deliveryAddress\": null}");
        send(good, 0, "order.placed", to("London"));
        await().untilAsserted(() ->
                assertThat(get("/shipments/" + good).path("status").asText()).isEqualTo("AWAITING_CARRIER"));
        await().untilAsserted(() -> assertThat(
                        query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND cause LIKE '%no deliveryAddress%'"))
                .isEqualTo("1"));
        assertThat(http.getForEntity("/shipments/" + bad, JsonNode.class)
                        .getStatusCode()
                        .value())
                .isEqualTo(404);
    }

    @Test
    void pagesShowEveryShipmentOnceTheNewestFirst() {
        List<String> placed = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            UUID order = UUID.randomUUID();
            placed.add(order.toString());
            send(order, 0, "order.placed", to("London"));
        }
        await().untilAsserted(() -> assertThat(all(7)).containsAll(placed));
        List<String> listed = all(7);
        assertThat(listed).doesNotHaveDuplicates().isSortedAccordingTo(Collections.reverseOrder());
        assertThat(get("/shipments?status=BOOKED").path("items")).isEmpty();
    }

    private List<String> all(int limit) {
        List<String> ids = new ArrayList<>();
        JsonNode page = get("/shipments?limit=" + limit);
        page.path("items").forEach(item -> ids.add(item.path("orderId").asText()));
        while (!page.path("next").isNull()) {
            page = get(
                    "/shipments?limit=" + limit + "&after=" + page.path("next").asText());
            page.path("items").forEach(item -> ids.add(item.path("orderId").asText()));
        }
        return ids;
    }

    @Test
    void badRequestsAreProblemsThatNameTheParameter() {
        Map.of(
                        "/shipments/not-an-id", "orderId",
                        "/shipments?limit=0", "limit",
                        "/shipments?limit=1000", "limit",
                        "/shipments?limit=x", "limit",
                        "/shipments?status=LOST", "status",
                        "/shipments?after=x", "after")
                .forEach((path, field) -> {
                    ResponseEntity<JsonNode> answer = http.getForEntity(path, JsonNode.class);
                    assertThat(answer.getStatusCode().value()).as(path).isEqualTo(400);
                    assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
                    assertThat(answer.getBody().at("/errors/0/field").asText()).isEqualTo(field);
                });
        ResponseEntity<JsonNode> unknown = http.getForEntity("/shipments/" + UUID.randomUUID(), JsonNode.class);
        assertThat(unknown.getStatusCode().value()).isEqualTo(404);
        assertThat(unknown.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void theServiceMayDoWhatItDoesAndNoMore() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        RealServers.get().jdbcUrl("shipping"), "shipping_app", "shipping_app");
                Statement statement = connection.createStatement()) {
            for (String forbidden : List.of(
                    "DELETE FROM shipping.shipment",
                    "TRUNCATE shipping.shipment",
                    "DROP TABLE shipping.shipment",
                    "CREATE TABLE shipping.mine (id int)",
                    "CREATE TABLE public.mine (id int)")) {
                assertThatThrownBy(() -> statement.execute(forbidden))
                        .as(forbidden)
                        .hasMessageMatching("(?s).*(permission denied|must be owner).*");
            }
        }
    }

    @Test
    void theApiIsDocumented() {
        assertThat(get("/v3/api-docs").at("/paths").has("/shipments/{orderId}")).isTrue();
        assertThat(http.getForEntity("/swagger-ui.html", String.class)
                        .getStatusCode()
                        .is2xxSuccessful())
                .isTrue();
    }
}
