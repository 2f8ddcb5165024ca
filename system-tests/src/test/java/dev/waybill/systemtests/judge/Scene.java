package dev.waybill.systemtests.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.history.Sample;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A history that can be tampered with. */
public final class Scene {

    Round round;
    final List<Operation> operations = new ArrayList<>();
    final List<FaultSpan> faults = new ArrayList<>();
    final List<Sample> samples = new ArrayList<>();
    final List<Poison> poison = new ArrayList<>();
    final List<Observed.Order> orders = new ArrayList<>();
    final List<Observed.Shipment> shipments = new ArrayList<>();
    final List<Carrier.Request> carrier = new ArrayList<>();
    final List<TopicRecord> orderEvents = new ArrayList<>();
    final List<TopicRecord> shipmentEvents = new ArrayList<>();
    Observed.Relay ordersRelay = relay("ACTIVE", 0);
    Observed.Relay shippingRelay = relay("ACTIVE", 0);
    final List<Observed.Letter> deadLetters = new ArrayList<>();

    static Observed.Relay relay(String state, long backlog, JsonNode... holes) {
        return new Observed.Relay(state, List.of(holes), new Observed.Lag(backlog), null);
    }

    public History history() {
        return new History(
                round,
                operations,
                faults,
                samples,
                poison,
                new Observed(
                        orders,
                        shipments,
                        carrier,
                        orderEvents,
                        shipmentEvents,
                        new Observed.Relays(ordersRelay, shippingRelay),
                        deadLetters));
    }

    /** Writes it as whoever observes a running system does. */
    void record(Path folder) {
        try (Recorder recorder = new Recorder(folder)) {
            operations.forEach(recorder::add);
            faults.forEach(recorder::add);
            samples.forEach(recorder::add);
            poison.forEach(recorder::add);
            recorder.round(round);
            recorder.orders(json(orders));
            recorder.shipments(json(shipments));
            recorder.carrier(carrier);
            recorder.topic(Observed.ORDERS, orderEvents);
            recorder.topic(Observed.SHIPMENTS, shipmentEvents);
            recorder.relays(Http.JSON.valueToTree(ordersRelay), Http.JSON.valueToTree(shippingRelay));
            recorder.deadLetters(deadLetters.stream()
                    .collect(Collectors.groupingBy(
                            Observed.Letter::service,
                            Collectors.mapping(Http.JSON::<JsonNode>valueToTree, Collectors.toList()))));
        }
    }

    private static List<JsonNode> json(Collection<?> values) {
        return values.stream().map(Http.JSON::<JsonNode>valueToTree).toList();
    }

    /** The first order like this. */
    UUID order(Predicate<Observed.Order> like) {
        return orders.stream().filter(like).findFirst().orElseThrow().id();
    }

    /** The first order in this state that its client was told of. */
    UUID told(String status) {
        return order(order -> order.status().equals(status)
                && operations.stream()
                        .anyMatch(call -> order.id().equals(call.order()) && call.result() == Operation.Result.OK));
    }

    void change(UUID order, UnaryOperator<Observed.Order> change) {
        orders.replaceAll(each -> each.id().equals(order) ? change.apply(each) : each);
    }

    void changeShipment(UUID order, UnaryOperator<Observed.Shipment> change) {
        shipments.replaceAll(each -> each.orderId().equals(order) ? change.apply(each) : each);
    }

    /** Makes it so that the order and its shipment say this. */
    void settle(UUID order, String status, String shipmentStatus, String trackingNumber) {
        change(
                order,
                each -> new Observed.Order(
                        order, status, each.deliveryAddress(), new Observed.Told(shipmentStatus, trackingNumber)));
        changeShipment(
                order, each -> new Observed.Shipment(order, shipmentStatus, each.deliveryAddress(), trackingNumber));
    }

    /** The records about an order, duplicates too. */
    static List<TopicRecord> about(UUID order, List<TopicRecord> records) {
        return records.stream()
                .filter(record -> order.toString().equals(record.subject()))
                .toList();
    }

    static Map<Long, List<TopicRecord>> bySequence(UUID order, List<TopicRecord> records) {
        return about(order, records).stream().collect(Collectors.groupingBy(TopicRecord::sequence));
    }
}
