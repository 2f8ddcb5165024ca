package dev.waybill.systemtests.judge;

import static dev.waybill.systemtests.judge.Scene.about;

import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongPredicate;

/** What it takes to tamper with a scene. */
final class Tools {

    private Tools() {}

    /** CONFIRMED, and nothing was wished of it but to be placed, with success. */
    static UUID untouched(Scene scene) {
        return scene.order(order -> order.status().equals("CONFIRMED")
                && about(order.id(), scene.orderEvents).stream().allMatch(record -> record.sequence() == 0)
                && scene.operations.stream()
                        .filter(call -> order.id().equals(call.order()))
                        .allMatch(call -> call.kind() == Operation.Kind.PLACE)
                && !placed(scene, order.id()).isEmpty());
    }

    /** CONFIRMED, and readdressed once, which was acknowledged, and had no lost answers. */
    static UUID readdressed(Scene scene) {
        return scene.order(order -> order.status().equals("CONFIRMED")
                && last(scene.orderEvents, order.id()) == 1
                && scene.operations.stream()
                        .filter(call -> order.id().equals(call.order()))
                        .filter(call -> call.kind() != Operation.Kind.PLACE)
                        .map(Operation::result)
                        .toList()
                        .equals(List.of(Operation.Result.OK)));
    }

    static UUID twoEvents(Scene scene) {
        return scene.order(order -> last(scene.orderEvents, order.id()) > 0);
    }

    /** CANCELLED, as its client was told. */
    static UUID wishedCancelled(Scene scene) {
        return scene.order(order -> order.status().equals("CANCELLED")
                && scene.operations.stream()
                        .anyMatch(call -> order.id().equals(call.order())
                                && call.kind() == Operation.Kind.CANCEL
                                && call.result() == Operation.Result.OK));
    }

    static List<Operation> placed(Scene scene, UUID order) {
        return scene.operations.stream()
                .filter(call -> order.equals(call.order()) && call.kind() == Operation.Kind.PLACE)
                .toList();
    }

    static boolean is(TopicRecord record, UUID order) {
        return order.toString().equals(record.subject());
    }

    /** The highest sequence; -1 if there are no events. */
    static long last(List<TopicRecord> records, UUID order) {
        return about(order, records).stream()
                .mapToLong(TopicRecord::sequence)
                .max()
                .orElse(-1);
    }

    /** The first event on the topic of the orders. */
    static TopicRecord event(Scene scene) {
        return scene.orderEvents.stream()
                .filter(record -> record.id() != null)
                .findFirst()
                .orElseThrow();
    }

    static TopicRecord otherEvent(Scene scene, UUID order) {
        return scene.orderEvents.stream()
                .filter(record -> record.id() != null && !is(record, order))
                .findFirst()
                .orElseThrow();
    }

    static TopicRecord as(TopicRecord of, int partition, String id, String type) {
        return new TopicRecord(
                partition, of.offset() + 1_000_000, of.key(), id, type, of.source(), of.subject(), of.sequence());
    }

    /** Adds the next event about an order. */
    static void append(List<TopicRecord> records, UUID order, String type) {
        int partition = about(order, records).stream()
                .map(TopicRecord::partition)
                .findFirst()
                .orElse(0);
        String subject = order.toString();
        long sequence = last(records, order) + 1;
        records.add(new TopicRecord(partition, 2_000_000, subject, "new-" + sequence, type, "/s", subject, sequence));
    }

    static void drop(Scene scene, UUID order, LongPredicate sequence) {
        scene.orderEvents.removeIf(record -> is(record, order) && sequence.test(record.sequence()));
    }

    /** Lets the first two events of some order change places. */
    static void swap(List<TopicRecord> records, Scene scene) {
        UUID order = scene.order(each -> {
            List<TopicRecord> its = about(each.id(), records);
            return its.size() > 1 && its.get(1).sequence() == 1;
        });
        List<TopicRecord> its = about(order, records);
        Collections.swap(records, records.indexOf(its.get(0)), records.indexOf(its.get(1)));
    }

    static void book(Scene scene, UUID order, int version) {
        Address address = scene.orders.stream()
                .filter(each -> each.id().equals(order))
                .findFirst()
                .map(Observed.Order::deliveryAddress)
                .orElse(Address.number(0));
        scene.carrier.add(new Carrier.Request("POST", "/bookings", order + "-" + version, order, address, 201));
    }

    static void keepBooked(Scene scene, UUID order) {
        scene.carrier.removeIf(
                request -> request.order().equals(order) && request.method().equals("DELETE"));
    }

    /** @param where 1: the order, 2: the shipment, 4: the booking, and sums of them */
    static void move(Scene scene, UUID order, Address to, int where) {
        if ((where & 1) != 0) {
            scene.change(order, each -> new Observed.Order(order, each.status(), to, each.shipment()));
        }
        if ((where & 2) != 0) {
            scene.changeShipment(order, each -> new Observed.Shipment(order, each.status(), to, each.trackingNumber()));
        }
        if ((where & 4) != 0) {
            scene.carrier.add(
                    new Carrier.Request("PUT", "/bookings/BK-" + order + "-0", order + "-99-redirect", order, to, 200));
        }
    }

    /** Makes another order of one that has only been placed, with all that belongs to it. */
    static void twin(Scene scene, UUID order, UUID id, Address elsewhere) {
        Address address =
                elsewhere != null ? elsewhere : placed(scene, order).get(0).address();
        String trackingNumber = trackingNumber(id);
        scene.orders.add(new Observed.Order(id, "CONFIRMED", address, new Observed.Told("BOOKED", trackingNumber)));
        scene.shipments.add(new Observed.Shipment(id, "BOOKED", address, trackingNumber));
        book(scene, id, 0);
        append(scene.orderEvents, id, EventChecks.PLACED);
        scene.shipmentEvents.add(
                new TopicRecord(0, 2_000_000, id.toString(), "its", "shipment.booked", "/s", id.toString(), 0L));
    }

    static Operation placing(Operation call, Operation.Result result, UUID order) {
        return new Operation(
                call.client(),
                call.kind(),
                call.wish(),
                order,
                call.address(),
                call.invokedAt(),
                call.completedAt(),
                result,
                call.status(),
                call.trouble());
    }

    static void refuse(Scene scene, int status) {
        scene.operations.add(new Operation(
                0,
                Operation.Kind.READDRESS,
                UUID.randomUUID(),
                scene.told("CONFIRMED"),
                Address.number(0),
                900_000,
                900_001,
                Operation.Result.FAIL,
                status,
                "refused"));
    }

    /** Makes it CANCELLED everywhere, though its client did not wish it. */
    static void cancel(Scene scene, UUID order) {
        scene.settle(order, "CANCELLED", "CANCELLED", null);
        scene.carrier.add(
                new Carrier.Request("DELETE", "/bookings/BK-" + order + "-0", order + "-9-cancel", order, null, 204));
        append(scene.shipmentEvents, order, "shipment.cancelled");
    }

    /** Makes it CONFIRMED everywhere, though its client has cancelled it. */
    static void confirm(Scene scene, UUID order) {
        scene.settle(order, "CONFIRMED", "BOOKED", trackingNumber(order));
        keepBooked(scene, order);
        append(scene.shipmentEvents, order, "shipment.booked");
    }

    private static String trackingNumber(UUID order) {
        return "TRK-" + order.toString().toUpperCase(Locale.ROOT) + "-0";
    }

    static void say(Scene scene, UUID order, String status) {
        scene.change(order, each -> new Observed.Order(order, status, each.deliveryAddress(), each.shipment()));
    }

    static Observed.Shipment shipment(Observed.Shipment of, String status, String trackingNumber) {
        return new Observed.Shipment(of.orderId(), status, of.deliveryAddress(), trackingNumber);
    }

    /** A dead letter of the first poison, or of a record so much further on. */
    static Observed.Letter letter(Scene scene, String service, String state, long further) {
        Poison of = scene.poison.get(0);
        return new Observed.Letter(
                service, 1, state, "cause", null, null, of.topic(), of.partition(), of.offset() + further);
    }

    static void converge(Scene scene, Long at) {
        Round of = scene.round;
        scene.round =
                new Round(of.seed(), of.name(), of.startedAt(), of.instances(), of.healedAt(), at, of.limitSeconds());
    }
}
