package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waybill.orders.Api.Answer;
import dev.waybill.orders.OrdersTest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderLifeIT extends OrdersTest {

    @Test
    void placesAnOrderAndWritesItsEvent() throws IOException {
        Answer answer = api.post("/orders", ORDER);

        assertThat(answer.status()).isEqualTo(201);
        JsonNode order = answer.json();
        String id = order.get("id").asText();
        assertThat(answer.header("Location")).endsWith("/orders/" + id);
        assertThat(answer.header("ETag")).isEqualTo("\"0\"");
        assertThat(order.fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "customerId",
                        "status",
                        "version",
                        "currency",
                        "lines",
                        "total",
                        "deliveryAddress",
                        "shipment",
                        "placedAt",
                        "updatedAt");
        assertThat(order.get("status").asText()).isEqualTo("PLACED");
        assertThat(order.get("total").textValue()).isEqualTo("39.98");
        assertThat(order.get("lines").toString()).isEqualTo("""
                [{"sku":"A-1","quantity":2,"unitPrice":"19.99"}]""");
        assertThat(order.get("shipment").isNull()).isTrue();
        assertThat(Instant.parse(order.get("placedAt").asText())).isBeforeOrEqualTo(Instant.now());

        JsonNode event = new ObjectMapper()
                .readTree(jdbc.queryForObject(
                        "SELECT payload FROM outbox.event WHERE subject = ? AND sequence = 0", String.class, id));
        ObjectNode expected = order.deepCopy();
        expected.remove(List.of("id", "status", "version", "shipment", "updatedAt"));
        expected.put("orderId", id);
        assertThat(event).isEqualTo(expected);
        assertThat(eventsOf(id)).containsExactly("order.placed 0");
    }

    @Test
    void readsTheSameAsItWasAnswered() {
        Answer placed =
                api.post("/orders", ORDER.replace("\"19.99\"", "0.10").replace("\"quantity\":2", "\"quantity\":3"));
        String path = "/orders/" + placed.json().get("id").asText();

        Answer read = api.get(path);

        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(placed.body());
        assertThat(read.json().get("total").asText()).isEqualTo("0.30");
        assertThat(read.header("ETag")).isEqualTo(placed.header("ETag"));
        assertThat(api.get(path, "If-None-Match", read.header("ETag")).status()).isEqualTo(304);
    }

    @Test
    void keepsTheOrderOfManyLines() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            lines.append(i == 0 ? "" : ",")
                    .append("{\"sku\":\"S-%d\",\"quantity\":10000,\"unitPrice\":1000000}".formatted(i));
        }
        Answer placed = api.post("/orders", ORDER.replaceFirst("\\[.*]", "[" + lines + "]"));

        assertThat(placed.status()).as(placed.body()).isEqualTo(201);
        JsonNode read = api.get("/orders/" + placed.json().get("id").asText()).json();
        assertThat(read).isEqualTo(placed.json());
        assertThat(read.get("lines").get(499).get("sku").asText()).isEqualTo("S-499");
        assertThat(read.get("total").asText()).isEqualTo("5000000000000.00");
    }

    @Test
    void readdressesAndCancelsWithGaplessEvents() {
        String id = placedId();

        Answer moved = api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));
        Answer again = api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));
        Answer cancelled = cancel(id);
        Answer cancelledAgain = cancel(id);

        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.json().at("/deliveryAddress/city").asText()).isEqualTo("Paris");
        assertThat(moved.header("ETag")).isEqualTo("\"1\"");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(moved.body());
        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json().get("status").asText()).isEqualTo("CANCELLING");
        assertThat(cancelledAgain.status()).isEqualTo(202);
        assertThat(cancelledAgain.body()).isEqualTo(cancelled.body());
        assertThat(eventsOf(id))
                .containsExactly("order.placed 0", "order.readdressed 1", "order.cancellation-requested 2");
        assertThat(jdbc.queryForObject(
                        "SELECT payload FROM outbox.event WHERE subject = ? AND sequence = 1", String.class, id))
                .isEqualTo("{\"orderId\":\"%s\",\"deliveryAddress\":%s}".formatted(id, addressIn("Paris")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CANCELLING", "CANCELLED", "REJECTED"})
    void keepsTheAddressOfAnOrderThatIsNotDelivered(String status) {
        String id = placedId();
        jdbc.update("UPDATE orders.orders SET status = ? WHERE id = ?::uuid", status, id);

        api.put("/orders/" + id + "/delivery-address", addressIn("Paris")).problem(409);

        assertThat(eventsOf(id)).containsExactly("order.placed 0");
    }

    @Test
    void cancelsAConfirmedOrderButNotARejectedOne() {
        String confirmed = placedId();
        String rejected = placedId();
        jdbc.update("UPDATE orders.orders SET status = 'CONFIRMED' WHERE id = ?::uuid", confirmed);
        jdbc.update("UPDATE orders.orders SET status = 'REJECTED' WHERE id = ?::uuid", rejected);

        assertThat(cancel(confirmed).json().get("status").asText()).isEqualTo("CANCELLING");
        assertThat(cancel(rejected).problem(409).get("detail").asText()).contains("REJECTED");
        assertThat(eventsOf(rejected)).containsExactly("order.placed 0");
    }

    @Test
    void changesOnlyTheVersionThatTheClientKnows() {
        String path = "/orders/" + placedId() + "/delivery-address";

        api.put(path, addressIn("Paris"), "If-Match", "\"7\"").problem(412);
        api.put(path, addressIn("Paris"), "If-Match", "W/\"0\"").problem(412);
        api.put(path, addressIn("Paris"), "If-Match", "0").problem(412);
        assertThat(api.put(path, addressIn("Paris"), "If-Match", "\"7\", \"0\"").status())
                .isEqualTo(200);
        api.put(path, addressIn("Rome"), "If-Match", "\"0\"").problem(412);
        assertThat(api.put(path, addressIn("Rome"), "If-Match", "*").status()).isEqualTo(200);
    }

    @Test
    void documentsItself() {
        JsonNode docs = api.get("/v3/api-docs").json();

        assertThat(docs.at("/info/title").asText()).isEqualTo("Waybill order-service");
        JsonNode place = docs.at("/paths/~1orders/post");
        assertThat(place.get("responses").fieldNames())
                .toIterable()
                .contains("201", "400", "409", "413", "415", "422", "500", "503");
        assertThat(place.at("/responses/422/content/application~1problem+json/schema/$ref")
                        .asText())
                .isEqualTo("#/components/schemas/Problem");
        assertThat(docs.at("/components/schemas/Problem/properties/status/type").asText())
                .isEqualTo("integer");
        assertThat(docs.at("/components/schemas/OrderLine/properties/unitPrice/type")
                        .asText())
                .isEqualTo("string");
        assertThat(place.get("parameters").findValuesAsText("name")).containsExactly("Idempotency-Key");
        assertThat(api.get("/swagger-ui/index.html").status()).isEqualTo(200);
        assertThat(api.get("/swagger-ui.html").status()).isEqualTo(302);
    }

    private Answer cancel(String id) {
        return api.send("POST", "/orders/" + id + "/cancellation", BodyPublishers.noBody());
    }
}
