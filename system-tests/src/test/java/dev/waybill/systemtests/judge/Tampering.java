package dev.waybill.systemtests.judge;

import static dev.waybill.systemtests.judge.Tools.append;
import static dev.waybill.systemtests.judge.Tools.as;
import static dev.waybill.systemtests.judge.Tools.book;
import static dev.waybill.systemtests.judge.Tools.cancel;
import static dev.waybill.systemtests.judge.Tools.confirm;
import static dev.waybill.systemtests.judge.Tools.converge;
import static dev.waybill.systemtests.judge.Tools.drop;
import static dev.waybill.systemtests.judge.Tools.event;
import static dev.waybill.systemtests.judge.Tools.is;
import static dev.waybill.systemtests.judge.Tools.keepBooked;
import static dev.waybill.systemtests.judge.Tools.last;
import static dev.waybill.systemtests.judge.Tools.letter;
import static dev.waybill.systemtests.judge.Tools.move;
import static dev.waybill.systemtests.judge.Tools.otherEvent;
import static dev.waybill.systemtests.judge.Tools.placed;
import static dev.waybill.systemtests.judge.Tools.placing;
import static dev.waybill.systemtests.judge.Tools.readdressed;
import static dev.waybill.systemtests.judge.Tools.refuse;
import static dev.waybill.systemtests.judge.Tools.say;
import static dev.waybill.systemtests.judge.Tools.shipment;
import static dev.waybill.systemtests.judge.Tools.swap;
import static dev.waybill.systemtests.judge.Tools.twin;
import static dev.waybill.systemtests.judge.Tools.twoEvents;
import static dev.waybill.systemtests.judge.Tools.untouched;
import static dev.waybill.systemtests.judge.Tools.wishedCancelled;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.judge.Violation.Kind;
import dev.waybill.systemtests.outside.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** One way to break a clean history, and what a judge must find then, and nothing else. */
record Tampering(String name, Set<Kind> found, Consumer<Scene> tamper) {

    private static final UUID STRANGER = new UUID(1, 2);
    private static final Address NOWHERE = new Address("Nobody", "0 Nowhere", "London", "X", "GB");

    private static final List<Tampering> ALL = new ArrayList<>();

    static List<Tampering> all() {
        return Collections.unmodifiableList(ALL);
    }

    static {
        orders();
        bookings();
        events();
        addresses();
        states();
        deadLetters();
        system();
    }

    private static void when(String name, Consumer<Scene> tamper, Kind first, Kind... more) {
        ALL.add(new Tampering(name, EnumSet.of(first, more), tamper));
    }

    @Override
    public String toString() {
        return name;
    }

    private static void orders() {
        when(
                "an order is gone",
                scene -> {
                    UUID order = scene.told("CONFIRMED");
                    scene.orders.removeIf(each -> each.id().equals(order));
                },
                Kind.LOST_ORDER);
        when(
                "a shipment is gone",
                scene -> {
                    UUID order = scene.told("CONFIRMED");
                    scene.shipments.removeIf(each -> each.orderId().equals(order));
                },
                Kind.LOST_SHIPMENT);
        when("an order is listed twice", scene -> scene.orders.add(scene.orders.get(3)), Kind.DOUBLED_ORDER);
        when("a shipment is listed twice", scene -> scene.shipments.add(scene.shipments.get(3)), Kind.DOUBLED_SHIPMENT);
        when(
                "a key made two orders, and its client was told of both",
                scene -> {
                    UUID order = untouched(scene);
                    twin(scene, order, STRANGER, null);
                    placed(scene, order)
                            .forEach(call -> scene.operations.add(placing(call, Operation.Result.OK, STRANGER)));
                },
                Kind.DOUBLED_ORDER);
        when(
                "a key made two orders, and its client was told of one",
                scene -> twin(scene, untouched(scene), STRANGER, null),
                Kind.DOUBLED_ORDER);
        when(
                "an order was refused",
                scene -> {
                    UUID order = untouched(scene);
                    scene.operations.replaceAll(
                            call -> order.equals(call.order()) ? placing(call, Operation.Result.FAIL, null) : call);
                },
                Kind.REFUSED_ORDER);
        when(
                "an order that nobody placed",
                scene -> twin(scene, untouched(scene), STRANGER, NOWHERE),
                Kind.PHANTOM_ORDER);
        when(
                "a shipment of no order",
                scene -> scene.shipments.add(new Observed.Shipment(STRANGER, "BOOKED", NOWHERE, "TRK-1")),
                Kind.PHANTOM_SHIPMENT);
    }

    private static void bookings() {
        when("a booking of no order", scene -> book(scene, STRANGER, 0), Kind.PHANTOM_BOOKING);
        when(
                "a booking is gone",
                scene -> {
                    UUID order = scene.told("CONFIRMED");
                    scene.carrier.removeIf(request -> request.order().equals(order));
                },
                Kind.LOST_BOOKING);
        when("a second booking", scene -> book(scene, scene.told("CONFIRMED"), 7), Kind.DOUBLED_BOOKING);
        when(
                "a cancelled order is still booked",
                scene -> keepBooked(scene, wishedCancelled(scene)),
                Kind.LEFT_BOOKING);
    }

    private static void events() {
        when(
                "an order's first event is gone",
                scene -> drop(scene, twoEvents(scene), seq -> seq == 0),
                Kind.LOST_EVENT);
        when(
                "an order's last event is gone",
                scene -> drop(scene, readdressed(scene), seq -> seq > 0),
                Kind.LOST_EVENT);
        when("all of an order's events are gone", scene -> drop(scene, untouched(scene), seq -> true), Kind.LOST_EVENT);
        when(
                "a shipment's first event is gone",
                scene -> {
                    UUID order = scene.told("CONFIRMED");
                    scene.shipmentEvents.removeIf(record -> is(record, order) && record.sequence() == 0);
                },
                Kind.LOST_EVENT);
        when(
                "a shipment's last event is gone",
                scene -> {
                    UUID order = wishedCancelled(scene);
                    long last = last(scene.shipmentEvents, order);
                    scene.shipmentEvents.removeIf(record -> is(record, order) && record.sequence() == last);
                },
                Kind.LOST_EVENT);
        when(
                "an event of no order",
                scene -> append(scene.orderEvents, STRANGER, EventChecks.PLACED),
                Kind.PHANTOM_EVENT);
        when(
                "a shipment's event of no order",
                scene -> append(scene.shipmentEvents, STRANGER, "shipment.booked"),
                Kind.PHANTOM_EVENT);
        when(
                "more events than calls",
                scene -> append(scene.orderEvents, untouched(scene), EventChecks.READDRESSED),
                Kind.PHANTOM_EVENT);
        when(
                "a record that is no event",
                scene -> scene.orderEvents.add(new TopicRecord(0, 1_000_000, "k", null, null, null, null, null)),
                Kind.PHANTOM_EVENT);
        when("an order's events are swapped", scene -> swap(scene.orderEvents, scene), Kind.INVERSION);
        when("a shipment's events are swapped", scene -> swap(scene.shipmentEvents, scene), Kind.INVERSION);
        when(
                "an order does not begin with its placing",
                scene -> {
                    UUID order = untouched(scene);
                    scene.orderEvents.replaceAll(record ->
                            is(record, order) ? as(record, record.partition(), record.id(), "order.other") : record);
                },
                Kind.WRONG_FIRST_EVENT);
        when(
                "a sequence is used twice",
                scene -> scene.orderEvents.add(as(
                        event(scene),
                        event(scene).partition(),
                        "another",
                        event(scene).type())),
                Kind.REUSED_IDENTITY);
        when(
                "an id is used twice",
                scene -> {
                    UUID order = untouched(scene);
                    String id = otherEvent(scene, order).id();
                    scene.orderEvents.replaceAll(
                            record -> is(record, order) ? as(record, record.partition(), id, record.type()) : record);
                },
                Kind.REUSED_IDENTITY);
        when(
                "a repetition is in another partition",
                scene -> scene.orderEvents.add(as(
                        event(scene),
                        event(scene).partition() + 1,
                        event(scene).id(),
                        event(scene).type())),
                Kind.WRONG_KEY);
        when(
                "a repetition is under another key",
                scene -> {
                    TopicRecord of = event(scene);
                    scene.orderEvents.add(new TopicRecord(
                            of.partition(),
                            1_000_000,
                            "k",
                            of.id(),
                            of.type(),
                            of.source(),
                            of.subject(),
                            of.sequence()));
                },
                Kind.WRONG_KEY);
    }

    private static void addresses() {
        when("the order is elsewhere", scene -> move(scene, scene.told("CONFIRMED"), NOWHERE, 1), Kind.WRONG_ADDRESS);
        when(
                "the shipment is elsewhere",
                scene -> move(scene, scene.told("CONFIRMED"), NOWHERE, 2),
                Kind.WRONG_ADDRESS);
        when("the booking is elsewhere", scene -> move(scene, scene.told("CONFIRMED"), NOWHERE, 4), Kind.WRONG_ADDRESS);
        when(
                "all are where the order was placed, and it was readdressed since",
                scene -> {
                    UUID order = readdressed(scene);
                    move(scene, order, placed(scene, order).get(0).address(), 7);
                },
                Kind.WRONG_ADDRESS);
    }

    private static void states() {
        when("cancelled, and nobody wished it", scene -> cancel(scene, untouched(scene)), Kind.UNWISHED_CANCELLATION);
        when(
                "told that it will be cancelled, and it is not",
                scene -> confirm(scene, wishedCancelled(scene)),
                Kind.LOST_CANCELLATION);
        when(
                "rejected, and the carrier did not refuse",
                scene -> {
                    UUID order = scene.told("REJECTED");
                    scene.carrier.removeIf(request -> request.order().equals(order) && request.status() == 422);
                },
                Kind.UNFOUNDED_REJECTION);
        when("an open order was said to be fixed", scene -> refuse(scene, 409), Kind.WRONG_REFUSAL);
        when("an order was said not to exist", scene -> refuse(scene, 404), Kind.WRONG_REFUSAL);
        when("an order is left PLACED", scene -> say(scene, scene.told("CONFIRMED"), "PLACED"), Kind.STUCK);
        when("an order is left CANCELLING", scene -> say(scene, wishedCancelled(scene), "CANCELLING"), Kind.STUCK);
        when(
                "a shipment still waits",
                scene -> scene.changeShipment(
                        scene.told("CONFIRMED"), each -> shipment(each, "AWAITING_CARRIER", each.trackingNumber())),
                Kind.STUCK);
        when(
                "an order has not heard of its shipment",
                scene -> scene.change(
                        scene.told("CONFIRMED"),
                        each -> new Observed.Order(each.id(), each.status(), each.deliveryAddress(), null)),
                Kind.DISAGREEMENT);
        when(
                "a confirmed order's shipment is refused",
                scene -> {
                    UUID order = scene.told("CONFIRMED");
                    scene.changeShipment(order, each -> shipment(each, "REFUSED", null));
                    append(scene.shipmentEvents, order, "shipment.refused");
                },
                Kind.DISAGREEMENT);
        for (String wrong : new String[] {null, "TRK-1"}) {
            when(
                    "the shipment's tracking number is " + wrong,
                    scene ->
                            scene.changeShipment(scene.told("CONFIRMED"), each -> shipment(each, each.status(), wrong)),
                    Kind.WRONG_TRACKING_NUMBER);
            when(
                    "everybody's tracking number is " + wrong,
                    scene -> scene.settle(scene.told("CONFIRMED"), "CONFIRMED", "BOOKED", wrong),
                    Kind.WRONG_TRACKING_NUMBER);
        }
    }

    private static void deadLetters() {
        when(
                "a dead letter that is of no poison",
                scene -> scene.deadLetters.add(letter(scene, Observed.ORDER_SERVICE, "WAITING", 1_000_000)),
                Kind.UNEXPECTED_DEAD_LETTER);
        when("poison is in no dead letter", scene -> scene.deadLetters.remove(0), Kind.LOST_DEAD_LETTER);
        when(
                "poison is in a dead letter that is settled",
                scene -> scene.deadLetters.set(
                        0, letter(scene, scene.deadLetters.get(0).service(), "DISCARDED", 0)),
                Kind.LOST_DEAD_LETTER);
        when(
                "poison is in two dead letters",
                scene -> scene.deadLetters.add(scene.deadLetters.get(0)),
                Kind.DOUBLED_DEAD_LETTER);
        when(
                "poison is in the dead letters of another service",
                scene -> scene.deadLetters.set(0, letter(scene, "other-service", "FAILED", 0)),
                Kind.LOST_DEAD_LETTER,
                Kind.UNEXPECTED_DEAD_LETTER);
        when(
                "poison that nobody tells of",
                scene -> scene.poison.remove(0),
                Kind.PHANTOM_EVENT,
                Kind.UNEXPECTED_DEAD_LETTER);
    }

    private static void system() {
        for (String state : List.of("STANDBY", "PAUSED", "STOPPED")) {
            when("a relay is " + state, scene -> scene.ordersRelay = Scene.relay(state, 0), Kind.STUCK_RELAY);
        }
        when("a relay is behind", scene -> scene.shippingRelay = Scene.relay("ACTIVE", 1), Kind.STUCK_RELAY);
        when(
                "a relay has a hole",
                scene -> scene.ordersRelay = Scene.relay("ACTIVE", 0, JsonNodeFactory.instance.objectNode()),
                Kind.STUCK_RELAY);
        when("it never converged", scene -> converge(scene, null), Kind.NOT_CONVERGED);
        when("it converged too late", scene -> converge(scene, scene.round.healedAt() + 120_001), Kind.NOT_CONVERGED);
        when(
                "a fault that nobody noticed",
                scene -> scene.faults.add(new FaultSpan("SIGSTOP", "kafka", 1, 2, null, null)),
                Kind.FAULT_WITHOUT_EFFECT);
    }
}
