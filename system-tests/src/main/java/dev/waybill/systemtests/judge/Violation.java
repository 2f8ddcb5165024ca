package dev.waybill.systemtests.judge;

/**
 * One thing that is not as it must be.
 *
 * @param subject what it is about: an order's id, a fault, a relay, a place on a topic
 * @param text what is wrong, with the evidence
 */
public record Violation(Kind kind, String subject, String text) {

    public enum Kind {
        /** An order that its client was told of is not there. */
        LOST_ORDER,
        /** One wish, more than one order. */
        DOUBLED_ORDER,
        /** An order is there that was refused. */
        REFUSED_ORDER,
        /** An order that nobody asked for. */
        PHANTOM_ORDER,
        LOST_SHIPMENT,
        DOUBLED_SHIPMENT,
        /** A shipment of no order. */
        PHANTOM_SHIPMENT,
        /** A CONFIRMED order that the carrier does not have. */
        LOST_BOOKING,
        DOUBLED_BOOKING,
        /** A booking of no order. */
        PHANTOM_BOOKING,
        /** The carrier has an order that is CANCELLED or REJECTED. */
        LEFT_BOOKING,
        /** Missing on its topic: a gap, or fewer than were acknowledged. */
        LOST_EVENT,
        /** Of no order, or more than were asked for, or no event at all and not known as poison. */
        PHANTOM_EVENT,
        /** An event's first appearance comes before that of an earlier one. */
        INVERSION,
        /** An order's first event is not {@code order.placed}. */
        WRONG_FIRST_EVENT,
        /** Two events with the same sequence, or two sequences with the same id. */
        REUSED_IDENTITY,
        /** Events that are not where their order is kept: under another key, or in two partitions. */
        WRONG_KEY,
        /** Order, shipment or booking is not at an address that was wished last. */
        WRONG_ADDRESS,
        /** CANCELLED, and nobody wished it. */
        UNWISHED_CANCELLATION,
        /** Told that it will be cancelled, and it is not. */
        LOST_CANCELLATION,
        /** REJECTED, and the carrier refused nothing. */
        UNFOUNDED_REJECTION,
        /** A client was told that an order does not exist, or is not open, and it is. */
        WRONG_REFUSAL,
        /** In a state that must pass. */
        STUCK,
        /** Order and shipment are in states that do not go together. */
        DISAGREEMENT,
        /** Order, shipment and booking do not have the same tracking number, or a CONFIRMED order has none. */
        WRONG_TRACKING_NUMBER,
        /** A relay does not publish, or has something left to publish. */
        STUCK_RELAY,
        UNEXPECTED_DEAD_LETTER,
        /** Poison that is in no open dead letter. */
        LOST_DEAD_LETTER,
        DOUBLED_DEAD_LETTER,
        NOT_CONVERGED,
        /** A fault that was done and that nobody noticed: it proves nothing. */
        FAULT_WITHOUT_EFFECT
    }

    @Override
    public String toString() {
        return "%s %s: %s".formatted(kind, subject, text);
    }
}
