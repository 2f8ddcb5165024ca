package dev.waybill.systemtests;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Processes;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The carrier goes down, gets slow and flaps; orders are taken in all the while, and in the end each is what was wanted. */
@ExtendWith(SystemExtension.class)
class CarrierSystemIT {

    private static final Logger log = LoggerFactory.getLogger(CarrierSystemIT.class);
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final WaybillSystem system;
    private final OrderClient client;
    private final Carrier carrier;
    private final Auditor auditor;

    CarrierSystemIT(WaybillSystem system) {
        this.system = system;
        this.client = new OrderClient(system);
        this.carrier = new Carrier(system);
        this.auditor = new Auditor(system);
    }

    @BeforeEach
    void carrierIsThere() throws IOException {
        carrier.is("Started");
        await("both services").atMost(PATIENCE).until(system::isReady);
    }

    private JsonNode order(UUID id) throws IOException {
        return Http.get(system.orders() + "/" + id).json();
    }

    private JsonNode shipment(UUID id) throws IOException {
        return Http.get(system.shipments() + "/" + id).json();
    }

    private void eachIsBookedOnce(Set<UUID> orders) throws IOException {
        Map<UUID, List<Carrier.Request>> asked = carrier.requests().stream()
                .filter(request -> orders.contains(request.order()))
                .collect(groupingBy(Carrier.Request::order));
        assertThat(asked.keySet()).isEqualTo(orders);
        asked.forEach((id, requests) -> assertThat(
                        requests.stream().map(Carrier.Request::key).distinct())
                .as("keys of %s", id)
                .hasSize(1));
        assertThat(carrier.bookings().keySet()).containsAll(orders);
        for (UUID id : orders) {
            assertThat(shipment(id).path("status").asText()).isEqualTo("BOOKED");
            assertThat(order(id).at("/shipment/trackingNumber").asText())
                    .isEqualTo(shipment(id).path("trackingNumber").asText())
                    .startsWith("TRK-");
        }
    }

    @Test
    void with_the_carrier_up_an_order_is_booked_and_confirmed_at_once() throws Exception {
        client.place(); // what is done for the first time takes longer
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(8);
        List<Future<Duration>> placed = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            placed.add(clock.schedule(
                    () -> {
                        UUID id = client.place().id();
                        Stopwatch sincePlaced = new Stopwatch();
                        await().pollInSameThread()
                                .pollDelay(Duration.ZERO)
                                .pollInterval(Duration.ofMillis(20))
                                .atMost(PATIENCE)
                                .until(() -> order(id).path("status").asText().equals("CONFIRMED"));
                        assertThat(shipment(id).path("status").asText()).isEqualTo("BOOKED");
                        return sincePlaced.elapsed();
                    },
                    i * 50L,
                    TimeUnit.MILLISECONDS));
        }
        List<Duration> took = new ArrayList<>();
        for (Future<Duration> each : placed) {
            took.add(each.get());
        }
        clock.shutdown();
        took.sort(Duration::compareTo);
        log.info(
                "20 orders a second: from the answer to CONFIRMED {} s (p50), {} s (p99), {} s (longest)",
                Stopwatch.seconds(took.get(100)),
                Stopwatch.seconds(took.get(198)),
                Stopwatch.seconds(took.get(199)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "slow"})
    void while_the_carrier_is_away_orders_are_taken_in_and_each_is_booked_once_when_it_is_back(String state)
            throws Exception {
        List<Outcome> healthy = Load.burst(client, 4, 500);
        auditor.everyOrderConfirmed(ids(healthy), PATIENCE);
        long heapBefore = heap();
        carrier.is(state);
        List<Outcome> outcomes = Load.burst(client, 4, 500);
        Set<UUID> orders = ids(outcomes);

        await("the breaker").atMost(PATIENCE).until(() -> breaker().contains("OPEN"));
        await("all shown to wait")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Map<UUID, JsonNode> shipments = Http.list(system.shipments() + "").stream()
                            .collect(toMap(
                                    shipment -> UUID.fromString(
                                            shipment.path("orderId").asText()),
                                    shipment -> shipment));
                    return orders.stream().map(shipments::get).allMatch(CarrierSystemIT::waitsWithCauseAndNextAttempt);
                });
        int before = carrier.count();
        Stopwatch away = new Stopwatch();
        await().pollDelay(Duration.ofSeconds(12)).atMost(PATIENCE).until(() -> true); // two half-opens long
        int probes = carrier.count() - before;
        assertThat(probes).as("requests in %s", away.elapsed()).isLessThanOrEqualTo(3 * 4);
        long heapAfter = heap();
        log.info(
                "carrier {}: POST /orders p99 {} ms, healthy {} ms; {} requests to the carrier in {} s; heap {} MB, before"
                        + " {} MB",
                state,
                p99(outcomes).toMillis(),
                p99(healthy).toMillis(),
                probes,
                Stopwatch.seconds(away.elapsed()),
                heapAfter >> 20,
                heapBefore >> 20);

        carrier.is("Started");
        Stopwatch back = new Stopwatch();
        auditor.everyOrderConfirmed(orders, PATIENCE);
        log.info("carrier back: all 500 confirmed after {} s", Stopwatch.seconds(back.elapsed()));
        eachIsBookedOnce(orders);
    }

    private static boolean waitsWithCauseAndNextAttempt(JsonNode shipment) {
        return shipment != null
                && shipment.path("status").asText().equals("AWAITING_CARRIER")
                && !shipment.path("lastError").isNull()
                && !shipment.path("nextAttemptAt").isNull();
    }

    private String breaker() throws IOException {
        return Http.get(system.actuator(Part.SHIPPING_SERVICE) + "/circuitbreakers")
                .json()
                .at("/circuitBreakers/carrier/state")
                .asText();
    }

    /** Bytes that the shipping-service uses after a collection. */
    private long heap() throws IOException {
        ProcessHandle service = system.process(Part.SHIPPING_SERVICE).orElseThrow();
        Processes.run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + service.pid(), "GC.run");
        return Http.get(system.actuator(Part.SHIPPING_SERVICE) + "/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Set<UUID> ids(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::id).collect(toSet());
    }

    private static Duration p99(List<Outcome> outcomes) {
        return outcomes.stream()
                .map(Outcome::took)
                .sorted()
                .skip(outcomes.size() * 99L / 100)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_refused_address_is_refused_and_rejected_with_the_carriers_reason_and_asked_once() throws Exception {
        UUID id = OrderClient.id(
                Http.post(system.orders(), client.order(new Address("Ada", "1 Nowhere", "London", "REFUSED", "GB")))
                        .json());
        await().atMost(PATIENCE).until(() -> order(id).path("status").asText().equals("REJECTED"));
        assertThat(order(id).at("/shipment/status").asText()).isEqualTo("REFUSED");
        assertThat(order(id).at("/shipment/reason").asText()).contains("does not deliver to this address");
        assertThat(shipment(id).path("lastError").asText()).contains("does not deliver to this address");
        assertThat(carrier.requests().stream().filter(request -> request.order().equals(id)))
                .hasSize(1);
        assertThat(breaker()).isEqualTo("CLOSED");
    }
}
