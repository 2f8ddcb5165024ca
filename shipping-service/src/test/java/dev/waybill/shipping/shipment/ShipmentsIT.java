package dev.waybill.shipping.shipment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.testing.InboxTester;
import dev.waybill.sandbox.testing.RealServers;
import dev.waybill.shipping.ShippingIT;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.PlatformTransactionManager;

/** Order events in, shipments out, while the carrier is away. */
class ShipmentsIT extends ShippingIT {

    @BeforeEach
    void nobodyBooks() {
        carrier.is("down");
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
        send(UUID.randomUUID(), 0, "order.placed", "{\"deliveryAddress\": {\"city\": \"London\"}}");
        send(good, 0, "order.placed", to("London"));
        await().untilAsserted(() ->
                assertThat(get("/shipments/" + good).path("status").asText()).isEqualTo("AWAITING_CARRIER"));
        await().untilAsserted(() -> assertThat(
                        query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND cause LIKE '%no deliveryAddress%'"))
                .isEqualTo("1"));
        await().untilAsserted(() -> assertThat(
                        query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND cause LIKE '%parts missing%'"))
                .isEqualTo("1"));
        assertThat(http.getForEntity("/shipments/" + bad, JsonNode.class)
                        .getStatusCode()
                        .value())
                .isEqualTo(404);
    }

    @Test
    void whateverOrderTheEventsComeInWhatIsWantedIsTheSame(
            @Autowired OrderEvents handler,
            @Autowired DataSource dataSource,
            @Autowired PlatformTransactionManager transactions,
            @Autowired ObjectMapper mapper) {
        InboxTester.of(handler, dataSource, transactions, mapper)
                .event("order.placed", json(to("London")))
                .event("order.readdressed", json(to("Paris")))
                .event("order.readdressed", json(to("Rome")))
                .event("order.cancellation-requested", Map.of())
                .histories(
                        200,
                        order -> query("SELECT wanted_city || wanted_cancelled || wanted_version FROM shipping.shipment"
                                + " WHERE order_id = '" + order + "'"));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
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
        assertThat(get("/shipments?status=REFUSED").path("items"))
                .allMatch(item -> item.path("status").asText().equals("REFUSED"));
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
