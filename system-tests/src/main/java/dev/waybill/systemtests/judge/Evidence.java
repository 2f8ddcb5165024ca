package dev.waybill.systemtests.judge;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;

import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.outside.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A history, with everything that belongs to an order to be found by it. */
final class Evidence {

    private final Map<UUID, Observed.Order> orders = new LinkedHashMap<>();
    private final Map<UUID, Observed.Shipment> shipments = new LinkedHashMap<>();
    private final Bookings bookings;
    private final Map<UUID, List<Bookings.Booking>> bookingsByOrder;
    private final Collection<Wish> placements;
    private final Set<UUID> acknowledged = new LinkedHashSet<>();
    private final Map<UUID, Story> stories = new HashMap<>();

    private final Map<UUID, List<Operation>> refusals;

    /** The listed orders that no client was told of, by the wish that has their address. */
    private final Map<UUID, List<Observed.Order>> untold;

    Evidence(History history) {
        history.observed().orders().forEach(order -> orders.putIfAbsent(order.id(), order));
        history.observed().shipments().forEach(shipment -> shipments.putIfAbsent(shipment.orderId(), shipment));
        bookings = Bookings.of(history.observed().carrier());
        bookingsByOrder = bookings.byOrder();
        Collection<Wish> wishes = wishes(history.operations());
        placements = wishes.stream()
                .filter(wish -> wish.kind() == Operation.Kind.PLACE)
                .toList();
        placements.forEach(wish -> acknowledged.addAll(wish.acknowledgedOrders()));
        refusals = history.operations().stream()
                .filter(call -> call.result() == Operation.Result.FAIL && call.order() != null)
                .collect(groupingBy(Operation::order));
        untold = untold();
        tell(wishes);
    }

    private static Collection<Wish> wishes(List<Operation> operations) {
        return operations.stream()
                .sorted(comparingLong(Operation::invokedAt))
                .collect(groupingBy(Operation::wish, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(Wish::new)
                .toList();
    }

    /** Nobody could wish anything more of an order that no client was told of, so it has its first address. */
    private Map<UUID, List<Observed.Order>> untold() {
        Map<Address, Wish> byAddress = new HashMap<>();
        placements.forEach(wish -> byAddress.put(wish.address(), wish));
        return orders.values().stream()
                .filter(order -> !acknowledged.contains(order.id()) && byAddress.containsKey(order.deliveryAddress()))
                .collect(groupingBy(
                        order -> byAddress.get(order.deliveryAddress()).id()));
    }

    private void tell(Collection<Wish> wishes) {
        Map<UUID, List<Wish>> byOrder = new HashMap<>();
        for (Wish placed : placements) {
            Set<UUID> ids = new HashSet<>(placed.acknowledgedOrders());
            untold(placed).forEach(order -> ids.add(order.id()));
            ids.forEach(id ->
                    byOrder.computeIfAbsent(id, order -> new ArrayList<>()).add(placed));
        }
        wishes.stream()
                .filter(wish -> wish.kind() != Operation.Kind.PLACE)
                .filter(wish -> byOrder.containsKey(wish.calls().get(0).order()))
                .forEach(wish -> byOrder.get(wish.calls().get(0).order()).add(wish));
        byOrder.forEach((order, its) -> {
            if (!its.get(0).refused()) {
                stories.put(order, new Story(its));
            }
        });
    }

    /** Each once, however often it is listed. */
    Collection<Observed.Order> orders() {
        return orders.values();
    }

    /** Null if it is not listed. */
    Observed.Order order(UUID id) {
        return orders.get(id);
    }

    /** Each once, however often it is listed. */
    Collection<Observed.Shipment> shipments() {
        return shipments.values();
    }

    /** Null if there is none. */
    Observed.Shipment shipment(UUID order) {
        return shipments.get(order);
    }

    Bookings bookings() {
        return bookings;
    }

    /** The live ones. */
    List<Bookings.Booking> bookings(UUID order) {
        return bookingsByOrder.getOrDefault(order, List.of());
    }

    Collection<Wish> placements() {
        return placements;
    }

    /** The orders that clients were told of. */
    Set<UUID> acknowledged() {
        return acknowledged;
    }

    /** Whether it is listed, or a client was told of it: then it is an order, and what belongs to it is no phantom. */
    boolean isOrder(UUID id) {
        return orders.containsKey(id) || acknowledged.contains(id);
    }

    /** All orders, listed or not. */
    Set<UUID> everyOrder() {
        Set<UUID> all = new LinkedHashSet<>(orders.keySet());
        all.addAll(acknowledged);
        return all;
    }

    /** The listed orders that came of a wish, though its client was not told of them. */
    List<Observed.Order> untold(Wish placed) {
        return untold.getOrDefault(placed.id(), List.of());
    }

    /** What was wished of an order; null if nobody wished it. */
    Story story(UUID order) {
        return stories.get(order);
    }

    /** The calls about an order that were refused. */
    List<Operation> refusals(UUID order) {
        return refusals.getOrDefault(order, List.of());
    }
}
