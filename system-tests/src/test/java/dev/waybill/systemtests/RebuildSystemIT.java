package dev.waybill.systemtests;

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
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shipping-service loses its database, all of it, and gets it back from the order-service's outbox. */
@ExtendWith(SystemExtension.class)
@SystemExtension.Environment(name = "WAYBILL_CARRIER_JOURNAL", value = "100000")
@Timeout(value = 2, unit = TimeUnit.HOURS) // for the long way
class RebuildSystemIT {

    private static final Logger log = LoggerFactory.getLogger(RebuildSystemIT.class);

    /** {@code -Dwaybill.rebuild.orders=20000} for the long way. */
    private static final int ORDERS = Integer.getInteger("waybill.rebuild.orders", 1_000);

    /** To list every order takes the services' time too. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(500 + ORDERS / 2);

    private static final Duration PATIENCE = Duration.ofSeconds(120 + ORDERS / 20);

    /** Who place 50 orders a second together, on time or not. */
    private static final int CLIENTS = 10;

    private final WaybillSystem system;
    private final OrderClient client;
    private final Carrier carrier;

    RebuildSystemIT(WaybillSystem system) {
        this.system = system;
        this.client = new OrderClient(system);
        this.carrier = new Carrier(system);
    }

    /** All that a shipment says of itself but when, by its order. */
    private Map<UUID, String> shipments(Set<UUID> orders) throws IOException {
        return Http.list(system.shipments()).stream()
                .collect(toMap(
                        shipment -> UUID.fromString(shipment.path("orderId").asText()), RebuildSystemIT::state))
                .entrySet()
                .stream()
                .filter(shipment -> orders.contains(shipment.getKey()))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String state(JsonNode shipment) {
        return "%s %s %s %s"
                .formatted(
                        shipment.path("status").asText(),
                        shipment.path("trackingNumber").asText(),
                        shipment.path("lastError").asText(),
                        shipment.path("deliveryAddress"));
    }

    private Map<UUID, String> statuses(Set<UUID> orders) throws IOException {
        return Http.list(system.orders()).stream()
                .filter(order -> orders.contains(OrderClient.id(order)))
                .collect(toMap(OrderClient::id, order -> order.path("status").asText()));
    }

    @Test
    void an_emptied_shipping_database_is_rebuilt_by_a_replay_while_new_orders_come_in() throws Exception {
        await("both services").atMost(PATIENCE).until(system::isReady);
        List<Outcome> placed = new ArrayList<>();
        while (placed.size() < ORDERS) {
            placed.addAll(Load.burst(client, 8, Math.min(1_000, ORDERS - placed.size())));
        }
        Set<UUID> orders = placed.stream().map(Outcome::id).collect(toSet());
        for (int i = 0; i < placed.size(); i++) {
            if (i % 10 == 0) {
                client.readdress(placed.get(i).id(), client.nextAddress());
            }
            if (i % 15 == 0) {
                client.cancel(placed.get(i).id());
            }
        }
        awaitSettled(orders);
        Map<UUID, String> before = shipments(orders);
        Map<UUID, String> statuses = statuses(orders);
        Map<UUID, Address> bookings = carrier.bookings();
        assertThat(before).hasSize(ORDERS);
        carrier.forget(); // from now on it is asked for each booking anew

        new Database(system, "shipping").execute("DROP SCHEMA shipping CASCADE", "DROP SCHEMA outbox CASCADE");
        system.kill(Part.SHIPPING_SERVICE);
        List<Outcome> meanwhile = new CopyOnWriteArrayList<>();
        Stopwatch sinceLoss = new Stopwatch();
        ScheduledExecutorService clients = Executors.newScheduledThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) { // one alone would have to wait for each answer
            clients.scheduleAtFixedRate(
                    () -> meanwhile.add(client.place()), 20L * i, 20L * CLIENTS, TimeUnit.MILLISECONDS);
        }
        await("back").atMost(PATIENCE).until(() -> !system.isReady(Part.SHIPPING_SERVICE));
        await("back").atMost(PATIENCE).until(() -> system.isReady(Part.SHIPPING_SERVICE));

        Http.Answer replay = Http.post(system.actuator(Part.ORDER_SERVICE) + "/replay", "{\"from\":0}");
        assertThat(replay.status()).as(replay.body()).isEqualTo(202);
        Stopwatch sinceReplay = new Stopwatch();
        await("what there was")
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> shipments(orders).equals(before));
        Duration rebuilt = sinceReplay.elapsed();
        Duration lost = sinceLoss.elapsed();
        clients.shutdown();
        assertThat(clients.awaitTermination(90, TimeUnit.SECONDS)).isTrue();
        log.info(
                "{} orders' shipments rebuilt in {} s; since the loss, {} s ago, {} new ones came in; the carrier was asked {} times",
                ORDERS,
                Stopwatch.seconds(rebuilt),
                Stopwatch.seconds(lost),
                meanwhile.size(),
                carrier.count());

        Set<UUID> newOnes = meanwhile.stream().map(Outcome::id).collect(toSet());
        awaitSettled(newOnes);
        assertThat(statuses(newOnes).values()).containsOnly("CONFIRMED");
        assertThat(statuses(orders)).isEqualTo(statuses);
        Map<UUID, Address> after = carrier.bookings();
        after.keySet().removeAll(newOnes);
        assertThat(after).as("the carrier's bookings, none of them twice").isEqualTo(bookings);
        assertThat(new Database(system, "shipping")
                        .number("SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED'"))
                .isZero();

        // Shipping counts its answers from 0 again: the order takes the first of them for old ones and asks again.
        UUID changed = placed.get(1).id();
        client.cancel(changed);
        await("an old order can still be changed")
                .atMost(PATIENCE)
                .until(() -> statuses(Set.of(changed)).containsValue("CANCELLED"));
    }

    private void awaitSettled(Set<UUID> orders) {
        await("every order's answer")
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    Map<UUID, String> statuses = statuses(orders);
                    Map<UUID, String> shipments = shipments(orders);
                    return statuses.values().stream().noneMatch(Set.of("PLACED", "CANCELLING")::contains)
                            && shipments.keySet().containsAll(orders)
                            && shipments.values().stream().noneMatch(state -> state.startsWith("AWAITING"));
                });
    }
}
