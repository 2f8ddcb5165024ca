package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.judge.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Whether each order has come to an end, to one that was wished, and to the same one everywhere. */
record StateChecks(Evidence evidence, Findings findings) {

    /** An order's last state, and the shipment's that goes with it. */
    private static final Map<String, String> ENDS =
            Map.of("CONFIRMED", "BOOKED", "REJECTED", "REFUSED", "CANCELLED", "CANCELLED");

    void judge() {
        for (Observed.Order order : evidence.orders()) {
            Observed.Shipment shipment = evidence.shipment(order.id());
            if (shipment != null) {
                settled(order, shipment);
            }
            Story story = evidence.story(order.id());
            if (story != null) {
                cancellation(order, story);
            }
            rejection(order);
            refusals(order);
        }
    }

    private void settled(Observed.Order order, Observed.Shipment shipment) {
        if (!ENDS.containsKey(order.status()) || !ENDS.containsValue(shipment.status())) {
            findings.add(Kind.STUCK, order.id(), "%s, its shipment %s", order.status(), shipment.status());
            return;
        }
        String told = order.shipment() == null ? null : order.shipment().status();
        if (!ENDS.get(order.status()).equals(shipment.status())
                || !shipment.status().equals(told)) {
            findings.add(
                    Kind.DISAGREEMENT,
                    order.id(),
                    "%s, told that its shipment is %s, which is %s",
                    order.status(),
                    told,
                    shipment.status());
        } else if (order.status().equals("CONFIRMED")) {
            trackingNumber(order, shipment);
        }
    }

    private void trackingNumber(Observed.Order order, Observed.Shipment shipment) {
        List<Bookings.Booking> live = evidence.bookings(order.id());
        String told = order.shipment().trackingNumber();
        String carriers = live.size() == 1 ? live.get(0).trackingNumber() : told;
        if (told == null || !told.equals(shipment.trackingNumber()) || !told.equals(carriers)) {
            findings.add(
                    Kind.WRONG_TRACKING_NUMBER,
                    order.id(),
                    "order %s, shipment %s, carrier %s",
                    told,
                    shipment.trackingNumber(),
                    carriers);
        }
    }

    private void cancellation(Observed.Order order, Story story) {
        boolean cancelled = Objects.equals(order.status(), "CANCELLED") || Objects.equals(order.status(), "CANCELLING");
        if (cancelled && !story.cancellationWished()) {
            findings.add(Kind.UNWISHED_CANCELLATION, order.id(), "%s, and nobody wished it", order.status());
        }
        if (!cancelled && story.cancellationAcknowledged()) {
            findings.add(Kind.LOST_CANCELLATION, order.id(), "%s, and it was to be cancelled", order.status());
        }
    }

    private void rejection(Observed.Order order) {
        if (Objects.equals(order.status(), "REJECTED")
                && !evidence.bookings().refused(order.id(), order.deliveryAddress())) {
            findings.add(
                    Kind.UNFOUNDED_REJECTION,
                    order.id(),
                    "REJECTED, and the carrier did not refuse %s",
                    order.deliveryAddress());
        }
    }

    /** What is CONFIRMED in the end was open all the while: it could be readdressed, and it could be cancelled. */
    private void refusals(Observed.Order order) {
        for (Operation refused : evidence.refusals(order.id())) {
            int status = refused.status() == null ? 0 : refused.status();
            if (status == 404 || status == 409 && Objects.equals(order.status(), "CONFIRMED")) {
                findings.add(
                        Kind.WRONG_REFUSAL,
                        order.id(),
                        "a %s was answered %d, and the order is %s",
                        refused.kind(),
                        status,
                        order.status());
            }
        }
    }
}
