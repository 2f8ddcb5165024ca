package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.judge.EventTracks.Track;
import dev.waybill.systemtests.judge.Violation.Kind;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Whether each order's events, and each shipment's, are on their topic: all of them, and none that should not be. */
record EventChecks(Evidence evidence, Findings findings) {

    static final String PLACED = "order.placed";
    static final String READDRESSED = "order.readdressed";
    static final String CANCELLATION_REQUESTED = "order.cancellation-requested";

    void judge(EventTracks orderEvents, EventTracks shipmentEvents) {
        phantoms(orderEvents);
        phantoms(shipmentEvents);
        for (UUID order : evidence.everyOrder()) {
            if (complete(order, orderEvents)) {
                first(order, orderEvents.of(order));
                asManyAsWished(order, orderEvents);
            }
        }
        for (Observed.Shipment shipment : evidence.shipments()) {
            if (evidence.isOrder(shipment.orderId()) && complete(shipment.orderId(), shipmentEvents)) {
                last(shipment, shipmentEvents.of(shipment.orderId()));
            }
        }
    }

    private void phantoms(EventTracks tracks) {
        for (String subject : tracks.bySubject().keySet()) {
            UUID order = id(subject);
            if (order == null || !evidence.isOrder(order)) {
                findings.add(Kind.PHANTOM_EVENT, subject, "on %s, and there is no such order", tracks.topic());
            }
        }
    }

    private static UUID id(String subject) {
        try {
            return UUID.fromString(subject);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private boolean complete(UUID order, EventTracks tracks) {
        Track track = tracks.of(order);
        List<Long> missing = track == null ? List.of(0L) : track.missing();
        if (!missing.isEmpty()) {
            findings.add(Kind.LOST_EVENT, order, "not on %s: event %s", tracks.topic(), missing);
        }
        return missing.isEmpty();
    }

    private void first(UUID order, Track track) {
        String type = track.event(0).type();
        if (!type.equals(PLACED)) {
            findings.add(Kind.WRONG_FIRST_EVENT, order, "event 0 is %s", type);
        }
    }

    private void asManyAsWished(UUID order, EventTracks tracks) {
        Story story = evidence.story(order);
        if (story != null) {
            asManyAsWished(order, story, Operation.Kind.READDRESS, tracks.count(order, READDRESSED));
            asManyAsWished(order, story, Operation.Kind.CANCEL, tracks.count(order, CANCELLATION_REQUESTED));
        }
    }

    private void asManyAsWished(UUID order, Story story, Operation.Kind kind, long events) {
        if (events < story.acknowledged(kind)) {
            findings.add(
                    Kind.LOST_EVENT,
                    order,
                    "%d events of a %s, acknowledged were %d",
                    events,
                    kind,
                    story.acknowledged(kind));
        }
        if (events > story.possible(kind)) {
            findings.add(
                    Kind.PHANTOM_EVENT,
                    order,
                    "%d events of a %s, of at most %d calls",
                    events,
                    kind,
                    story.possible(kind));
        }
    }

    /** The last event tells how the shipment is, or the one that does is lost. A shipment that is stuck is another thing. */
    private void last(Observed.Shipment shipment, Track track) {
        String told = "shipment." + shipment.status().toLowerCase(Locale.ROOT);
        String last = track.last().type();
        if (!shipment.status().equals("AWAITING_CARRIER") && !last.equals(told)) {
            findings.add(
                    Kind.LOST_EVENT,
                    shipment.orderId(),
                    "the shipment is %s, and its last event %s",
                    shipment.status(),
                    last);
        }
    }
}
