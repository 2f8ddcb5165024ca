package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.Api;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Shipping;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** An order's events: written, published, acknowledged. */
class JourneyIT extends OrdersTest {

    private final Shipping shipping = Shipping.get();

    @LocalManagementPort
    private int managementPort;

    @Test
    void showsEachEventUntilItsAcknowledgement() {
        Instant before = Instant.now();
        String id = placedId();
        api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));
        await().untilAsserted(() ->
                assertThat(journey(id, "").at("/items/1/publishedAt").isNull()).isFalse());

        JsonNode journey = journey(id, "");
        assertThat(journey.fieldNames())
                .toIterable()
                .containsExactly("orderId", "items", "next", "publishedAgain", "publishedAgainAt", "nextPublishingAt");
        assertThat(journey.get("orderId").asText()).isEqualTo(id);
        assertThat(journey.get("next").isNull()).isTrue();
        assertThat(journey.get("publishedAgain").asInt()).isZero();
        assertThat(journey.get("publishedAgainAt").isNull()).isTrue();
        assertThat(Instant.parse(journey.get("nextPublishingAt").asText()))
                .isBetween(before.plusSeconds(29), Instant.now().plusSeconds(31));
        JsonNode placed = journey.at("/items/0");
        assertThat(placed.fieldNames())
                .toIterable()
                .containsExactly(
                        "sequence", "type", "id", "writtenAt", "publishedAt", "acknowledgedAt", "acknowledgement");
        assertThat(placed.get("type").asText()).isEqualTo("order.placed");
        assertThat(placed.get("id").asText())
                .isEqualTo(jdbc.queryForObject(
                        "SELECT id::text FROM outbox.event WHERE subject = ? AND sequence = 0", String.class, id));
        assertThat(placed.get("acknowledgedAt").isNull()).isTrue();
        assertThat(placed.get("acknowledgement").isNull()).isTrue();

        shipping.tells(id, "shipment.awaiting", 1, "");
        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitAcknowledged(id, 0, "shipment.booked");
        assertThat(journey(id, "").at("/items/1/acknowledgedAt").isNull())
                .as("awaiting acknowledges nothing yet, booked only the first event")
                .isTrue();
        shipping.tells(id, "shipment.refused", 1, "\"reason\":\"no such street\"");
        shipping.tells(id, "shipment.refused", 1, "\"reason\":\"no such street\"");
        awaitAcknowledged(id, 1, "shipment.refused");

        JsonNode items = journey(id, "").get("items");
        assertThat(items.at("/0/acknowledgement").asText())
                .as("the first one stays")
                .isEqualTo("shipment.booked");
        items.forEach(event -> {
            Instant written = Instant.parse(event.get("writtenAt").asText());
            Instant published = Instant.parse(event.get("publishedAt").asText());
            Instant acknowledged = Instant.parse(event.get("acknowledgedAt").asText());
            assertThat(written).isBetween(before, published);
            assertThat(published).isBetween(written, acknowledged);
            assertThat(acknowledged).isBefore(Instant.now());
        });
        assertThat(journey(id, "").get("nextPublishingAt").isNull()).isTrue();
    }

    @Test
    void oneOutcomeAnswersAllEarlierEvents() {
        String id = placedId();
        api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));
        api.post("/orders/" + id + "/cancellation", "");

        shipping.tells(id, "shipment.cancelled", 2, "");
        awaitAcknowledged(id, 2, "shipment.cancelled");

        JsonNode items = journey(id, "").get("items");
        assertThat(items.findValuesAsText("acknowledgement")).containsOnly("shipment.cancelled");
        assertThat(items.findValuesAsText("acknowledgedAt"))
                .hasSize(3)
                .containsOnly(items.at("/0/acknowledgedAt").asText());
    }

    @Test
    void anAnswerShowsThatTheEventWasPublishedEvenWhereTheOutboxIsYetToNoteIt() {
        Api management = new Api("http://localhost:" + managementPort);
        management.post("/actuator/relay", "{\"action\":\"pause\",\"reason\":\"for the test\"}");
        String heartbeat = heartbeat();
        await().until(() -> !heartbeat().equals(heartbeat)); // then it has read that
        try {
            String id = placedId();
            assertThat(journey(id, "").at("/items/0/publishedAt").isNull()).isTrue();

            shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
            awaitAcknowledged(id, 0, "shipment.booked");

            JsonNode event = journey(id, "").at("/items/0");
            assertThat(event.get("publishedAt")).isEqualTo(event.get("acknowledgedAt"));
            management.post("/actuator/relay", "{\"action\":\"resume\"}");
            await().until(() -> jdbc.queryForObject("""
                    SELECT bool_and(NOT e.position <@ u.positions)
                    FROM outbox.event e, outbox.unpublished u WHERE e.subject = ?
                    """, Boolean.class, id));
            assertThat(journey(id, "").at("/items/0")).as("as it was").isEqualTo(event);
        } finally {
            management.post("/actuator/relay", "{\"action\":\"resume\"}");
        }
    }

    private String heartbeat() {
        return jdbc.queryForObject("SELECT heartbeat_at::text FROM outbox.relay_offset", String.class);
    }

    @Test
    void hasPages() {
        String id = placedId();
        for (String city : new String[] {"Paris", "Rome", "Oslo", "Bern"}) {
            api.put("/orders/" + id + "/delivery-address", addressIn(city));
        }

        JsonNode first = journey(id, "?limit=2");
        JsonNode second = journey(id, "?limit=2&after=" + first.get("next").asText());
        JsonNode third = journey(id, "?limit=2&after=" + second.get("next").asText());

        assertThat(first.findValuesAsText("sequence")).containsExactly("0", "1");
        assertThat(second.findValuesAsText("sequence")).containsExactly("2", "3");
        assertThat(third.findValuesAsText("sequence")).containsExactly("4");
        assertThat(third.get("next").isNull()).isTrue();
        assertThat(journey(id, "?limit=5").get("next").isNull()).isTrue();
        assertThat(journey(id, "?limit=&after=").get("items")).hasSize(5);
        assertThat(journey(id, "?after=4").get("items")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "?limit=0, limit, must be at least 1",
        "?limit=201, limit, must be at most 200",
        "?limit=x, limit, must be an integer",
        "?after=-1, after, must be at least 0",
        "?after=x, after, must be an integer",
        "?after=99999999999999999999, after, must be an integer"
    })
    void refusesOddPages(String query, String field, String reason) {
        JsonNode problem =
                api.get("/orders/" + UUID.randomUUID() + "/journey" + query).problem(400);
        assertThat(problem.at("/errors/0/field").asText()).isEqualTo(field);
        assertThat(problem.at("/errors/0/reason").asText()).isEqualTo(reason);
    }

    @Test
    void ofAnUnknownOrderIsNotFound() {
        String unknown = UUID.randomUUID().toString();
        assertThat(api.get("/orders/" + unknown + "/journey")
                        .problem(404)
                        .get("detail")
                        .asText())
                .contains(unknown);
        api.get("/orders/1-1-1-1-1/journey").problem(400);
    }

    @Test
    void isDocumented() {
        JsonNode docs = api.get("/v3/api-docs").json();
        JsonNode get = docs.at("/paths/~1orders~1{id}~1journey/get");
        assertThat(get.get("responses").fieldNames()).toIterable().contains("200", "400", "404", "503");
        assertThat(get.get("parameters").findValuesAsText("name")).containsExactly("id", "limit", "after");
        assertThat(docs.at("/components/schemas/JourneyEvent/properties").fieldNames())
                .toIterable()
                .contains("writtenAt", "publishedAt", "acknowledgedAt", "acknowledgement");
    }

    private JsonNode journey(String id, String query) {
        return api.get("/orders/" + id + "/journey" + query).json();
    }

    private void awaitAcknowledged(String id, int event, String type) {
        await().untilAsserted(() -> assertThat(journey(id, "")
                        .at("/items/" + event + "/acknowledgement")
                        .asText())
                .isEqualTo(type));
    }
}
