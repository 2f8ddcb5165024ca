package dev.waybill.systemtests.judge;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.judge.Violation.Kind;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether each thing is there once, and nothing else is. */
record ExistenceChecks(Evidence evidence, Findings findings) {

    void judge(Observed observed) {
        evidence.placements().forEach(this::placed);
        phantomOrders();
        once(observed.orders().stream().map(Observed.Order::id), Kind.DOUBLED_ORDER);
        once(observed.shipments().stream().map(Observed.Shipment::orderId), Kind.DOUBLED_SHIPMENT);
        shipments();
        bookings();
    }

    private void placed(Wish wish) {
        Set<UUID> told = wish.acknowledgedOrders();
        told.stream()
                .filter(id -> evidence.order(id) == null)
                .forEach(id -> findings.add(
                        Kind.LOST_ORDER,
                        id,
                        "acknowledged to client %d and not listed",
                        wish.calls().get(0).client()));
        Set<UUID> made = new HashSet<>(told);
        List<Observed.Order> untold = evidence.untold(wish);
        untold.forEach(order -> made.add(order.id()));
        if (made.size() > 1) {
            findings.add(Kind.DOUBLED_ORDER, wish.id(), "one wish, the orders %s; told of %s", made, told);
        }
        if (wish.refused()) {
            untold.forEach(
                    order -> findings.add(Kind.REFUSED_ORDER, order.id(), "refused and there: %s", wish.calls()));
        }
    }

    private void phantomOrders() {
        Set<UUID> wished = new HashSet<>(evidence.acknowledged());
        evidence.placements().forEach(wish -> evidence.untold(wish).forEach(order -> wished.add(order.id())));
        evidence.orders().stream()
                .filter(order -> !wished.contains(order.id()))
                .forEach(order -> findings.add(
                        Kind.PHANTOM_ORDER, order.id(), "nobody placed an order to %s", order.deliveryAddress()));
    }

    private void once(Stream<UUID> listed, Kind otherwise) {
        Map<UUID, Long> times = listed.collect(groupingBy(identity(), LinkedHashMap::new, counting()));
        times.forEach((id, count) -> {
            if (count > 1) {
                findings.add(otherwise, id, "listed %d times", count);
            }
        });
    }

    private void shipments() {
        for (UUID order : evidence.everyOrder()) {
            if (evidence.shipment(order) == null) {
                findings.add(Kind.LOST_SHIPMENT, order, "no shipment is listed");
            }
        }
        evidence.shipments().stream()
                .filter(shipment -> !evidence.isOrder(shipment.orderId()))
                .forEach(shipment -> findings.add(
                        Kind.PHANTOM_SHIPMENT,
                        shipment.orderId(),
                        "%s, and there is no such order",
                        shipment.status()));
    }

    private void bookings() {
        for (UUID booked : evidence.bookings().everBooked()) {
            if (!evidence.isOrder(booked)) {
                findings.add(Kind.PHANTOM_BOOKING, booked, "booked at the carrier, and there is no such order");
            }
        }
        evidence.everyOrder().forEach(this::bookings);
    }

    private void bookings(UUID id) {
        List<Bookings.Booking> live = evidence.bookings(id);
        Observed.Order order = evidence.order(id);
        String status = order == null ? null : order.status();
        if (live.size() > 1) {
            String ids = live.stream().map(Bookings.Booking::id).collect(Collectors.joining(", "));
            findings.add(Kind.DOUBLED_BOOKING, id, "the carrier has %s", ids);
        }
        if (live.isEmpty() && "CONFIRMED".equals(status)) {
            findings.add(Kind.LOST_BOOKING, id, "CONFIRMED, and the carrier has no booking of it");
        }
        if (!live.isEmpty() && ("CANCELLED".equals(status) || "REJECTED".equals(status))) {
            findings.add(
                    Kind.LEFT_BOOKING,
                    id,
                    "%s, and the carrier has %s",
                    status,
                    live.get(0).id());
        }
    }
}
