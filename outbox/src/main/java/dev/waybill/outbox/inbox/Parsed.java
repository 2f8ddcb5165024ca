package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import java.lang.reflect.UndeclaredThrowableException;

/**
 * A record read as a CloudEvent in binary mode.
 *
 * @param turn its place in its stream, also where the rest is faulty; null if that cannot be told
 * @param id set where it has no turn but can be told from others
 * @param event null if it cannot be read
 * @param fault why it is no event that this service understands; null if it is fine
 * @param error what the handler has thrown, where that is the fault
 */
record Parsed(RawRecord raw, Turn turn, EventId id, InboxEvent event, String fault, Throwable error) {

    Parsed(RawRecord raw, Turn turn, EventId id, InboxEvent event, String fault) {
        this(raw, turn, id, event, fault, null);
    }

    boolean fine() {
        return fault == null;
    }

    /** The same record, known to fail. */
    Parsed failing(Throwable thrown) {
        // As Spring's transactions wrap what a handler in another language has not declared.
        Throwable cause = thrown instanceof UndeclaredThrowableException wrapped ? wrapped.getCause() : thrown;
        return new Parsed(raw, turn, id, event, cause.toString(), cause);
    }

    /** Its place, for people. */
    String place() {
        return turn == null
                ? "without a place in a stream"
                : "event %d of %s from %s"
                        .formatted(
                                turn.sequence(),
                                turn.stream().subject(),
                                turn.stream().source());
    }

    /** What is known of it, for the dead letters. */
    DeadLetters.Event known() {
        if (turn != null) {
            return new DeadLetters.Event(turn.stream().source(), turn.stream().subject(), turn.sequence(), null);
        }
        return new DeadLetters.Event(
                id == null ? null : id.source(),
                event == null ? null : event.subject(),
                null,
                id == null ? null : id.id());
    }
}
