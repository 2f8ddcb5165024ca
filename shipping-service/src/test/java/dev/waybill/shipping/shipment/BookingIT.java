package dev.waybill.shipping.shipment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.shipping.CarrierProcess.Request;
import dev.waybill.shipping.ShippingIT;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** Shipments and the carrier: what is wanted is what it has in the end, whatever it does meanwhile. */
class BookingIT extends ShippingIT {

    @Autowired
    private CircuitBreakerRegistry breakers;

    @LocalManagementPort
    private int management;

    private CircuitBreaker breaker;

    @BeforeEach
    void breakerIsClosed() {
        breaker = breakers.circuitBreaker("carrier");
        breaker.reset();
    }

    private List<UUID> placed(int count) {
        return IntStream.range(0, count).mapToObj(i -> placed("City " + i)).toList();
    }

    private static List<String> summary(List<Request> requests) {
        return requests.stream()
                .map(request -> request.method() + " " + request.key())
                .distinct()
                .toList();
    }

    @Test
    void aPlacedOrderIsBookedOnceAndTheOrderIsTold() {
        UUID order = placed("London");
        JsonNode shipment = awaitStatus(order, "BOOKED");
        assertThat(shipment.path("trackingNumber").asText()).isEqualTo(("TRK-" + order + "-0").toUpperCase());
        assertThat(shipment.path("attempts").asInt()).isEqualTo(1);
        assertThat(shipment.path("lastError").isNull()).isTrue();
        assertThat(told(order)).containsExactly("shipment.booked 0");
        assertThat(query("SELECT headers ->> 'traceparent' FROM outbox.event WHERE subject = '" + order + "'"))
                .isEqualTo(TRACE);
        assertThat(carrier.requests(order))
                .singleElement()
                .satisfies(request -> assertThat(request.method()).isEqualTo("POST"))
                .satisfies(request -> assertThat(request.key()).isEqualTo(order + "-0"))
                .satisfies(request -> assertThat(request.body()).contains("London"));
    }

    @Test
    void aRefusedAddressIsRefusedWithTheCarriersReasonAndNotTriedAgain() {
        List<UUID> orders = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            UUID order = UUID.randomUUID();
            send(order, 0, "order.placed", to("London", "REFUSED"));
            orders.add(order);
        }
        for (UUID order : orders) {
            JsonNode shipment = awaitStatus(order, "REFUSED");
            assertThat(shipment.path("lastError").asText()).contains("does not deliver to this address");
            // A request may have timed out on a busy machine, but none followed the refusal.
            assertThat(carrier.requests(order))
                    .hasSize(shipment.path("attempts").asInt());
            assertThat(told(order)).endsWith("shipment.refused 0");
        }
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }

    @Test
    void changesAfterTheBookingReachTheCarrier() {
        UUID order = placed("London");
        awaitStatus(order, "BOOKED");
        send(order, 1, "order.readdressed", to("Paris"));
        await().atMost(PATIENCE).until(() -> told(order).contains("shipment.booked 1"));
        assertThat(shipment(order).path("trackingNumber").asText()).isEqualTo(("TRK-" + order + "-0").toUpperCase());
        assertThat(carrier.requests(order).get(1))
                .isEqualTo(new Request(
                        "PUT",
                        "/bookings/BK-" + order + "-0",
                        order + "-1-redirect",
                        carrier.requests(order).get(1).body()));
        assertThat(carrier.requests(order).get(1).body()).contains("Paris");
        send(order, 2, "order.cancellation-requested", "{}");
        JsonNode cancelled = awaitStatus(order, "CANCELLED");
        assertThat(cancelled.path("trackingNumber").isNull()).isTrue();
        assertThat(summary(carrier.requests(order)))
                .containsExactly(
                        "POST " + order + "-0", "PUT " + order + "-1-redirect", "DELETE " + order + "-2-cancel");
        assertThat(told(order)).containsExactly("shipment.booked 0", "shipment.booked 1", "shipment.cancelled 2");
    }

    @Test
    void aParcelThatCannotGoWhereItIsWantedDoesNotGoWhereItIsNot() {
        UUID order = placed("London");
        awaitStatus(order, "BOOKED");
        send(order, 1, "order.readdressed", to("Paris", "REFUSED"));
        JsonNode refused = awaitStatus(order, "REFUSED");
        assertThat(refused.path("lastError").asText()).contains("does not deliver");
        assertThat(summary(carrier.requests(order)))
                .endsWith("PUT " + order + "-1-redirect", "DELETE " + order + "-1-cancel");
        assertThat(told(order)).containsExactly("shipment.booked 0", "shipment.refused 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "slow"})
    void whileTheCarrierIsAwayNobodyCallsItAndAfterwardsEachIsBookedOnce(String state) {
        carrier.is(state);
        List<UUID> orders = placed(50);
        await().atMost(PATIENCE).until(() -> breaker.getState() == CircuitBreaker.State.OPEN);

        for (UUID order : orders) {
            JsonNode shipment = await().atMost(PATIENCE)
                    .until(() -> shipment(order), it -> !it.path("lastError").isNull());
            assertThat(shipment.path("status").asText()).isEqualTo("AWAITING_CARRIER");
            assertThat(shipment.path("nextAttemptAt").isNull()).isFalse();
        }
        await().atMost(PATIENCE)
                .until(() -> orders.stream().allMatch(order -> told(order).equals(List.of("shipment.awaiting 0"))));
        assertThat(query("SELECT count(*) FROM outbox.event WHERE type = 'shipment.awaiting' AND subject = '"
                        + orders.get(49) + "' AND payload ->> 'reason' IS NOT NULL"))
                .isEqualTo("1");

        // From one half-open to the next: the calls that the breaker lets through to see, and none beside.
        int opened = transitions(CircuitBreaker.State.HALF_OPEN);
        int calls = carrier.requests().size();
        await().atMost(PATIENCE).until(() -> transitions(CircuitBreaker.State.HALF_OPEN) >= opened + 3);
        assertThat(carrier.requests().size() - calls).as("probes").isBetween(3, 4 * 3);
        assertThat(Integer.parseInt(
                        query("SELECT sum(attempts) FROM shipping.shipment WHERE next_attempt_at IS NOT NULL")))
                .as("attempts counted")
                .isLessThanOrEqualTo(carrier.requests().size());
        JsonNode health = management("health");
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(health.at("/components/waitingRoom/details/waiting").asInt()).isEqualTo(50);
        assertThat(health.at("/components/circuitBreakers/details/carrier/details/state")
                        .asText())
                .contains("OPEN");
        assertThat(management("circuitbreakers")
                        .at("/circuitBreakers/carrier/state")
                        .asText())
                .contains("OPEN");

        carrier.is("Started");
        for (UUID order : orders) {
            awaitStatus(order, "BOOKED");
            assertThat(carrier.requests(order).stream().map(Request::key).distinct())
                    .containsExactly(order + "-0");
            assertThat(told(order)).containsExactly("shipment.awaiting 0", "shipment.booked 0");
        }
    }

    private final List<CircuitBreaker.State> entered = new java.util.concurrent.CopyOnWriteArrayList<>();
    private boolean listening;

    private int transitions(CircuitBreaker.State to) {
        if (!listening) {
            listening = true;
            breaker.getEventPublisher()
                    .onStateTransition(
                            event -> entered.add(event.getStateTransition().getToState()));
        }
        return (int) entered.stream().filter(to::equals).count();
    }

    private JsonNode management(String endpoint) {
        return http.getForObject("http://127.0.0.1:" + management + "/actuator/" + endpoint, JsonNode.class);
    }

    @Test
    void whatIsCancelledBeforeTheCarrierHeardOfItIsSettledWithoutIt() {
        carrier.is("down");
        List<UUID> first = placed(20);
        await().atMost(PATIENCE).until(() -> breaker.getState() == CircuitBreaker.State.OPEN);
        UUID order = placed("London");
        send(order, 1, "order.cancellation-requested", "{}");
        awaitStatus(order, "CANCELLED");
        assertThat(carrier.requests(order)).isEmpty();
        assertThat(told(order)).endsWith("shipment.cancelled 1");
        carrier.is("Started");
        first.forEach(each -> awaitStatus(each, "BOOKED"));
        assertThat(carrier.requests(order)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"status\": 409}",
                "{\"status\": 200, \"body\": \"\"}",
                "{\"status\": 201, \"body\": \"<html>Welcome</html>\"}",
                "{\"status\": 201, \"jsonBody\": {\"bookingId\": 7, \"trackingNumber\": []}}",
                "{\"status\": 302, \"headers\": {\"Location\": \"http://127.0.0.1:1/\"}}",
                "{\"status\": 429, \"body\": \"later\"}",
                "{\"status\": 401}",
                "{\"status\": 404}",
                "{\"fault\": \"MALFORMED_RESPONSE_CHUNK\"}",
                "{\"fault\": \"CONNECTION_RESET_BY_PEER\"}",
                "{\"status\": 201, \"body\": \"0123456789abcdef0123456789abcdef\", \"chunkedDribbleDelay\": {\"numberOfChunks\": 30, \"totalDuration\": 6000}}"
            })
    void anAnswerThatIsNoneIsAskedForAgain(String response) {
        carrier.answersWith(response);
        UUID order = placed("London");
        JsonNode waiting = await().atMost(PATIENCE)
                .until(() -> shipment(order), it -> it.path("attempts").asInt() >= 2);
        assertThat(waiting.path("status").asText()).isEqualTo("AWAITING_CARRIER");
        assertThat(waiting.path("lastError").asText()).contains("the carrier");
        carrier.behave();
        awaitStatus(order, "BOOKED");
        assertThat(told(order)).endsWith("shipment.booked 0");
    }

    @Test
    void anAnswerWithoutEndIsNotTakenIn() {
        carrier.answersWith("{\"status\": 201, \"body\": \"" + "x".repeat(300_000) + "\"}");
        UUID order = placed("London");
        JsonNode waiting = await().atMost(PATIENCE)
                .until(() -> shipment(order), it -> !it.path("lastError").isNull());
        assertThat(waiting.path("lastError").asText()).contains("over 65536 bytes");
    }

    @Test
    void aBookingThatTheCarrierHasForgottenIsMadeAgain() {
        UUID order = placed("London");
        awaitStatus(order, "BOOKED");
        carrier.answersWith("{\"status\": 404}");
        send(order, 1, "order.readdressed", to("Paris"));
        await().atMost(PATIENCE).until(() -> summary(carrier.requests(order)).contains("POST " + order + "-1"));
        carrier.behave();
        JsonNode shipment = awaitStatus(order, "BOOKED");
        assertThat(shipment.path("trackingNumber").asText()).isEqualTo(("TRK-" + order + "-1").toUpperCase());
    }

    @Test
    void whatIsToBeAskedNextOfAShipmentDoesNotQueueUpAgainBehindThoseThatCameLater() {
        breaker.transitionToForcedOpenState();
        UUID changed = placed("London");
        send(changed, 1, "order.readdressed", to("Paris"));
        await().atMost(PATIENCE)
                .until(() -> shipment(changed)
                        .path("deliveryAddress")
                        .path("city")
                        .asText()
                        .equals("Paris"));
        List<UUID> later = placed(WAITING_ROOM - 1);
        await().atMost(PATIENCE).until(() -> waiting() == WAITING_ROOM);
        carrier.takes(Duration.ofMillis(300)); // so all of the first twenty are answered at about the same time
        breaker.transitionToClosedState();
        later.forEach(each -> awaitStatus(each, "BOOKED"));
        awaitStatus(changed, "BOOKED");
        List<String> requests = summary(carrier.requests());
        assertThat(requests.indexOf("PUT " + changed + "-1-redirect")).isBetween(1, WAITING_ROOM - 10);
    }

    @Test
    void anEventThatComesAgainIsAnsweredAgain() {
        UUID order = placed("London");
        awaitStatus(order, "BOOKED");
        send(order, 0, "order.placed", to("London"));
        await().atMost(PATIENCE).until(() -> told(order).size() == 2);
        assertThat(told(order)).containsExactly("shipment.booked 0", "shipment.booked 0");
        assertThat(carrier.requests(order)).hasSize(1);
    }

    @Test
    void whenTheWaitingRoomIsFullOrdersWaitInKafka() {
        carrier.is("down");
        List<UUID> orders = placed(10 * WAITING_ROOM);
        await().atMost(PATIENCE).until(() -> waiting() == WAITING_ROOM);
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> waiting() == WAITING_ROOM);
        assertThat(management("health")
                        .at("/components/waitingRoom/details/full")
                        .asBoolean())
                .isTrue();
        carrier.is("Started");
        String ids = String.join("','", orders.stream().map(UUID::toString).toList());
        await().atMost(PATIENCE)
                .until(() -> query("SELECT count(*) FROM shipping.shipment WHERE status = 'BOOKED' AND order_id IN ('"
                                + ids + "')")
                        .equals("" + orders.size()));
        assertThat(query("SELECT count(*) FROM outbox.dead_letter WHERE subject IN ('" + ids + "')"))
                .isEqualTo("0");
    }

    private static int waiting() {
        return Integer.parseInt(query("SELECT count(*) FROM shipping.shipment WHERE next_attempt_at IS NOT NULL"));
    }
}
