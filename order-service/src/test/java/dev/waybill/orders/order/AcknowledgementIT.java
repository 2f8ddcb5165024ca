package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Shipping;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What shipping tells, and what becomes of the order by it. */
class AcknowledgementIT extends OrdersTest {

    private final Shipping shipping = Shipping.get();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    placed    | shipment.awaiting  | "reason":null                          | PLACED     | {"status":"AWAITING_CARRIER","trackingNumber":null}
                    placed    | shipment.booked    | "trackingNumber":"T-1","reason":null   | CONFIRMED  | {"status":"BOOKED","trackingNumber":"T-1"}
                    placed    | shipment.refused   | "reason":"no such street"              | REJECTED   | {"status":"REFUSED","trackingNumber":null,"reason":"no such street"}
                    placed    | shipment.cancelled | "more":[{}]                            | CANCELLED  | {"status":"CANCELLED","trackingNumber":null}
                    cancelled | shipment.awaiting  | "reason":"the carrier is away"         | CANCELLING | {"status":"AWAITING_CARRIER","trackingNumber":null,"reason":"the carrier is away"}
                    cancelled | shipment.booked    | "trackingNumber":"T-1","reason":"gone" | CONFIRMED  | {"status":"BOOKED","trackingNumber":"T-1","reason":"gone"}
                    cancelled | shipment.refused   | "reason":"no such street"              | REJECTED   | {"status":"REFUSED","trackingNumber":null,"reason":"no such street"}
                    cancelled | shipment.cancelled | "more":1                               | CANCELLED  | {"status":"CANCELLED","trackingNumber":null}
                    """)
    void movesTheOrderOn(String before, String type, String properties, String status, String shipment) {
        String id = placedId();
        long sequence = 0;
        if (before.equals("cancelled")) {
            cancel(id);
            sequence = 1;
        }

        shipping.tells(id, type, sequence, properties);
        awaitTaken(id);

        JsonNode order = order(id);
        assertThat(order.get("status").asText()).isEqualTo(status);
        assertThat(order.get("shipment")).hasToString(shipment);
        assertThat(order.get("version").asLong()).isEqualTo(sequence + 1);
    }

    @Test
    void ofAnEarlierEventShowsTheShipmentAndLeavesTheStatusToTheAnswerStillToCome() {
        String id = placedId();
        cancel(id);

        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitTaken(id);
        assertThat(order(id).get("status").asText()).isEqualTo("CANCELLING");
        assertThat(order(id).at("/shipment/status").asText()).isEqualTo("BOOKED");

        shipping.tells(id, "shipment.cancelled", 1, "");
        awaitTaken(id);
        assertThat(order(id).get("status").asText()).isEqualTo("CANCELLED");
        assertThat(order(id).at("/shipment/status").asText()).isEqualTo("CANCELLED");
        assertThat(jdbc.queryForList(
                        "SELECT type || ' ' || order_sequence FROM orders.acknowledgement WHERE order_id = ?::uuid ORDER BY sequence",
                        String.class,
                        id))
                .containsExactly("shipment.booked 0", "shipment.cancelled 1");
    }

    @Test
    void toldAgainChangesNothing() {
        String id = placedId();
        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitTaken(id);
        JsonNode confirmed = order(id);
        Object received = received(id);

        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitTaken(id);

        assertThat(order(id)).isEqualTo(confirmed);
        assertThat(received(id)).as("only the first time is kept").isEqualTo(received);
    }

    @Test
    void leavesTheCountOfTheOrdersEventsAlone() {
        String id = placedId();
        shipping.tells(id, "shipment.awaiting", 0, "");
        shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitTaken(id);
        assertThat(order(id).get("version").asLong()).isPositive();

        api.put("/orders/" + id + "/delivery-address", addressIn("Paris"));

        assertThat(eventsOf(id)).containsExactly("order.placed 0", "order.readdressed 1");
        assertThat(order(id).at("/shipment/trackingNumber").asText()).isEqualTo("T-1");
    }

    @Test
    void ofWhatWasNeverSaidGoesToTheDeadLettersAndHoldsUpNobodyElse() {
        String unknown = UUID.randomUUID().toString();
        String early = placedId();
        String mute = placedId();
        String fine = placedId();

        shipping.tells(unknown, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        shipping.tells(early, "shipment.booked", 1, "\"trackingNumber\":\"T-1\"");
        shipping.tells(mute, "shipment.booked", "{\"trackingNumber\":\"T-1\"}");
        shipping.tells("no-order", "shipment.booked", "{\"orderSequence\":0}");
        shipping.tells(fine, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");

        awaitTaken(fine);
        await().untilAsserted(() -> {
            assertThat(cause(unknown)).contains("there is no order " + unknown);
            assertThat(cause(early)).contains("event 1 of order " + early + " is acknowledged, whose latest is 0");
            assertThat(cause(mute)).contains("has no orderSequence");
            assertThat(cause("no-order")).contains("no order id");
        });
        assertThat(order(early).get("shipment").isNull()).isTrue();
        assertThat(order(early).get("status").asText()).isEqualTo("PLACED");
    }

    @Test
    void comeInBatchesOfManyOrders() {
        List<String> ids = IntStream.range(0, 200).mapToObj(i -> placedId()).toList();

        for (String id : ids) {
            shipping.tells(id, "shipment.awaiting", 0, "");
        }
        for (String id : ids) {
            shipping.tells(id, "shipment.booked", 0, "\"trackingNumber\":\"T-%s\"".formatted(id));
        }
        await().until(() -> jdbc.queryForObject(
                        "SELECT count(*) FROM outbox.inbox WHERE subject = ANY (?) AND sequence = 1",
                        Integer.class,
                        (Object) ids.toArray(String[]::new))
                == ids.size());

        for (String id : ids) {
            assertThat(order(id).get("status").asText()).isEqualTo("CONFIRMED");
            assertThat(order(id).at("/shipment/trackingNumber").asText()).isEqualTo("T-" + id);
        }
    }

    private JsonNode order(String id) {
        return api.get("/orders/" + id).json();
    }

    private void cancel(String id) {
        assertThat(api.post("/orders/" + id + "/cancellation", "").status()).isEqualTo(202);
    }

    private void awaitTaken(String id) {
        await().until(() -> jdbc.queryForList(
                        "SELECT sequence FROM outbox.inbox WHERE source = '/shipments' AND subject = ?", Long.class, id)
                .contains(shipping.last(id)));
    }

    private Object received(String id) {
        return jdbc.queryForObject(
                "SELECT received_at FROM orders.acknowledgement WHERE order_id = ?::uuid", Object.class, id);
    }

    private String cause(String subject) {
        return jdbc
                .queryForList(
                        "SELECT cause FROM outbox.dead_letter WHERE source = '/shipments' AND subject = ? AND state = 'FAILED'",
                        String.class,
                        subject)
                .stream()
                .findFirst()
                .orElse(null);
    }
}
