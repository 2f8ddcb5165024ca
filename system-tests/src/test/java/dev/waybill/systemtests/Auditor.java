package dev.waybill.systemtests;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.OrderClient.Result;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Topic;
import dev.waybill.systemtests.outside.Topic.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Says whether what clients were told is what the system holds. */
final class Auditor {

    static final String ORDERS = "waybill.orders";
    static final String SHIPMENTS = "waybill.shipments";
    static final String PLACED = "order.placed";

    private final Endpoints system;

    Auditor(Endpoints system) {
        this.system = system;
    }

    /** The addresses of all orders, by the orders' ids, as listed. */
    Map<UUID, Address> orders() throws IOException {
        return addresses(Http.list(system.orders()), "id");
    }

    /** The addresses of all shipments, by the orders' ids, as listed. */
    Map<UUID, Address> shipments() throws IOException {
        return addresses(Http.list(system.shipments()), "orderId");
    }

    /** Whoever is listed twice makes this fail. */
    private static Map<UUID, Address> addresses(List<JsonNode> items, String id) {
        return items.stream()
                .collect(toMap(
                        item -> UUID.fromString(item.get(id).asText()),
                        item -> Address.of(item.get("deliveryAddress"))));
    }

    /** The {@code order.placed} on the topic, of these orders alone. */
    List<Event> placed(Set<UUID> orders) {
        return Topic.read(system, ORDERS).stream()
                .filter(event -> event.type().equals(PLACED))
                .filter(event -> orders.contains(UUID.fromString(event.subject())))
                .toList();
    }

    /** Waits for an order's shipment as a client would who asks again and again. */
    JsonNode awaitShipment(UUID order, Duration limit) {
        return await("the shipment of " + order)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsInstanceOf(IOException.class)
                .atMost(limit)
                .until(() -> Http.get(system.shipments() + "/" + order), answer -> answer.status() == 200)
                .json();
    }

    /**
     * Every order that the client was told of is there once, with its one event and its one shipment, and nothing else
     * is. The event may lie on the topic more than once: it is delivered at least once.
     *
     * @param limit for the shipments to arrive
     */
    void everyOrderOnce(OrderClient client, List<Outcome> outcomes, Duration limit) throws IOException {
        assertThat(outcomes)
                .allSatisfy(outcome ->
                        assertThat(outcome.result()).as(outcome.toString()).isEqualTo(Result.OK));
        Map<UUID, Address> told = outcomes.stream().collect(toMap(Outcome::id, Outcome::address));

        assertThat(rowsOf(client)).as("rows in orders").isEqualTo(told.size());
        assertThat(missing(told, orders()))
                .as("orders not listed as they were placed")
                .isEmpty();

        await("every shipment")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(missing(told, shipments()))
                        .as("orders without a shipment to their address, of " + told.size())
                        .isEmpty());

        Map<UUID, Set<String>> events = placed(told.keySet()).stream()
                .collect(groupingBy(event -> UUID.fromString(event.subject()), mapping(Event::id, toSet())));
        assertThat(events.keySet()).as("orders with an event").isEqualTo(told.keySet());
        assertThat(events.values()).as("events of each order").allMatch(ids -> ids.size() == 1);
    }

    /** Shipping has answered for each of these orders: it is CONFIRMED, its one shipment BOOKED. */
    void everyOrderConfirmed(Set<UUID> ids, Duration limit) {
        await("every order's acknowledgement")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    assertThat(having(system.orders(), "id", "CONFIRMED")).containsAll(ids);
                    assertThat(having(system.shipments(), "orderId", "BOOKED")).containsAll(ids);
                });
    }

    private static Set<UUID> having(String list, String id, String status) throws IOException {
        return Http.list(list).stream()
                .filter(item -> item.get("status").asText().equals(status))
                .map(item -> UUID.fromString(item.get(id).asText()))
                .collect(toSet());
    }

    /** Nobody is needed to mend anything. */
    void noOpenDeadLetters() {
        for (String database : List.of("orders", "shipping")) {
            assertThat(new Database(system, database)
                            .number("SELECT count(*) FROM outbox.dead_letter WHERE settled_at IS NULL"))
                    .as("open dead letters in " + database)
                    .isZero();
        }
    }

    /** Nobody but the orders has a shipment or an event. Only to be asked while nothing is on its way. */
    void nothingElse() throws IOException {
        Map<UUID, Address> orders = orders();
        Map<UUID, Address> shipments = shipments();
        assertThat(missing(shipments, orders)).as("shipments of no order").isEmpty();
        assertThat(missing(orders, shipments)).as("orders without a shipment").isEmpty();
        assertThat(Topic.read(system, ORDERS))
                .as("events")
                .allMatch(event -> orders.containsKey(UUID.fromString(event.subject())))
                .allMatch(event -> event.key().equals(event.subject()));
    }

    private static Map<UUID, Address> missing(Map<UUID, Address> expected, Map<UUID, Address> found) {
        Map<UUID, Address> missing = new HashMap<>(expected);
        missing.entrySet().removeAll(found.entrySet());
        return missing;
    }

    /** How many orders of a client are in the database. */
    long rowsOf(OrderClient client) {
        return new Database(system, "orders")
                .number("SELECT count(*) FROM orders.orders WHERE customer_id = ?", client.customerId());
    }
}
