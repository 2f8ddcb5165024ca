package dev.waybill.shipping.shipment;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.waybill.shipping.Address;
import dev.waybill.shipping.carrier.Answer;
import dev.waybill.shipping.carrier.Question;
import java.util.Optional;
import java.util.UUID;

/**
 * The way of a shipment to what is wanted: what that is, what the carrier is known to have, and what is being asked of it.
 * Decides, from these alone, what to ask next.
 *
 * <p>Why the carrier ends with what was last wanted, and with one booking: it is asked one thing at a time. A question that
 * was sent stays {@code asked}, with its key and its body, until it is answered, through crashes and changed wishes; only
 * then the next one is put. So a booking that may exist is never forgotten for a newer one, and a late copy of an old
 * question finds its key used.
 *
 * <p>A new order is booked as it was placed, then redirected if it was readdressed meanwhile: so the key of the booking,
 * and with it the tracking number, is the same when the shipments are built again from the events.
 *
 * @param asked the question without an answer yet, or null
 * @param sent whether the carrier may have heard it
 * @param booked what the carrier has, or null
 * @param refusal what the carrier last refused, or null; void once another version is wanted
 */
record Course(UUID orderId, Wanted wanted, Question asked, boolean sent, Booked booked, Refusal refusal) {

    /** @param version the sequence of the order's event that wants it so */
    record Wanted(long version, Address address, boolean cancelled) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Booked(String bookingId, String trackingNumber, Address address) {}

    record Refusal(long version, Question.Kind what, String reason) {}

    /** What to ask now; empty if the carrier has what is wanted, or will not have it. */
    Optional<Question> next() {
        if (asked != null && (sent || !wanted.cancelled())) {
            return Optional.of(asked);
        }
        Question.Kind refused = currentRefusal().map(Refusal::what).orElse(null);
        if (booked == null) {
            return wanted.cancelled() || refused != null
                    ? Optional.empty()
                    : Optional.of(Question.book(orderId, wanted.version(), wanted.address()));
        }
        if (refused == Question.Kind.CANCEL) {
            return Optional.empty();
        }
        // A parcel that cannot go where it is wanted must not go where it is not.
        if (wanted.cancelled() || refused == Question.Kind.REDIRECT) {
            return Optional.of(Question.cancel(orderId, wanted.version(), booked.bookingId()));
        }
        return booked.address().equals(wanted.address())
                ? Optional.empty()
                : Optional.of(Question.redirect(orderId, wanted.version(), wanted.address(), booked.bookingId()));
    }

    Optional<Refusal> currentRefusal() {
        return Optional.ofNullable(refusal).filter(given -> given.version() == wanted.version());
    }

    Shipment.Status status() {
        if (next().isPresent()) {
            return Shipment.Status.AWAITING_CARRIER;
        }
        if (booked != null) {
            return Shipment.Status.BOOKED;
        }
        return wanted.cancelled() ? Shipment.Status.CANCELLED : Shipment.Status.REFUSED;
    }

    /** This question is about to be put to the carrier. */
    Course sending(Question question) {
        return new Course(orderId, wanted, question, true, booked, refusal);
    }

    /** The carrier has answered what it was asked. */
    Course answered(Answer answer) {
        return switch (answer.kind()) {
            case DONE -> known(asked.kind() == Question.Kind.CANCEL ? null : bookedAs(answer), refusal);
            case GONE -> known(null, refusal);
            case REFUSED -> known(booked, new Refusal(asked.version(), asked.kind(), answer.reason()));
        };
    }

    /** There is nothing to ask, and so nothing being asked. */
    Course settled() {
        return known(booked, refusal);
    }

    private Booked bookedAs(Answer answer) {
        if (asked.kind() == Question.Kind.BOOK) {
            return new Booked(answer.bookingId(), answer.trackingNumber(), asked.address());
        }
        String trackingNumber = answer.trackingNumber() == null ? booked.trackingNumber() : answer.trackingNumber();
        return new Booked(booked.bookingId(), trackingNumber, asked.address());
    }

    private Course known(Booked nowBooked, Refusal nowRefusal) {
        return new Course(orderId, wanted, null, false, nowBooked, nowRefusal);
    }

    /** What came of it, for the order to know; null while something is left to be asked. */
    ShipmentEvent outcome() {
        String reason = currentRefusal().map(Refusal::reason).orElse(null);
        return switch (status()) {
            case AWAITING_CARRIER -> null;
            case BOOKED ->
                new ShipmentEvent.Booked(orderId, wanted.version(), booked.trackingNumber(), booked.address(), reason);
            case REFUSED -> new ShipmentEvent.Refused(orderId, wanted.version(), reason);
            case CANCELLED -> new ShipmentEvent.Cancelled(orderId, wanted.version());
        };
    }
}
