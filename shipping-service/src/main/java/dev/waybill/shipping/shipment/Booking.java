package dev.waybill.shipping.shipment;

import dev.waybill.shipping.carrier.Answer;
import dev.waybill.shipping.carrier.Question;
import java.time.Duration;

/**
 * A shipment as the reconciler works on it.
 *
 * @param trace the W3C {@code traceparent} that the answer to the order goes on with; or null
 * @param claim how often it was claimed: only the latest claim may write its outcome
 * @param attempts how often the question that is asked was sent
 * @param nextAttempt from now; zero: at once, before those that were wanted later; null: there is nothing to ask
 * @param lastError why there is no answer yet, or what was refused; null if all is well
 * @param eventSequence of the latest answer to the order
 * @param toldVersion which version of the order that answer was about
 * @param event what is to be told with this change, or null
 */
record Booking(
        Course course,
        String trace,
        long claim,
        int attempts,
        Duration nextAttempt,
        String lastError,
        long eventSequence,
        long toldVersion,
        ShipmentEvent event) {

    /** Claimed, to put the next question: it is this claim's for as long as the lease is. */
    Booking claimed(Question question, Duration lease) {
        boolean again = course.sent() && question.equals(course.asked());
        return new Booking(
                course.sending(question),
                trace,
                claim + 1,
                again ? attempts + 1 : 1,
                lease,
                lastError,
                eventSequence,
                toldVersion,
                null);
    }

    Booking unanswered(String error, Duration backOff) {
        return new Booking(course, trace, claim, attempts, backOff, error, eventSequence, toldVersion, null);
    }

    /** Either it goes round again at once, or the order is told of the outcome. */
    Booking answered(Answer answer) {
        Course after = course.answered(answer);
        return after.next().isPresent()
                ? new Booking(after, trace, claim, attempts, Duration.ZERO, null, eventSequence, toldVersion, null)
                : of(after).settled();
    }

    /** There is nothing to ask: the order is told how it stands. */
    Booking settled() {
        Course done = course.settled();
        String refused = done.currentRefusal().map(Course.Refusal::reason).orElse(null);
        return new Booking(done, trace, claim, attempts, null, refused, eventSequence, toldVersion, null)
                .telling(done.outcome());
    }

    /** Whether the order was told how its present version stands. */
    boolean isTold() {
        return toldVersion == course.wanted().version();
    }

    Booking tellingAgain() {
        ShipmentEvent outcome = course.outcome();
        return outcome == null ? tellingThatItWaits(null) : telling(outcome);
    }

    /** @param otherwise the reason, where the shipment has none of its own */
    Booking tellingThatItWaits(String otherwise) {
        return telling(new ShipmentEvent.Awaiting(
                course.orderId(), course.wanted().version(), lastError == null ? otherwise : lastError));
    }

    private Booking telling(ShipmentEvent told) {
        return new Booking(
                course,
                trace,
                claim,
                attempts,
                nextAttempt,
                lastError,
                eventSequence + 1,
                course.wanted().version(),
                told);
    }

    private Booking of(Course after) {
        return new Booking(after, trace, claim, attempts, nextAttempt, lastError, eventSequence, toldVersion, event);
    }
}
