package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.RawRecord;

/**
 * A record read as a CloudEvent in binary mode.
 *
 * @param turn its place in its stream, also where the rest is faulty; null if that cannot be told
 * @param id set where it has no turn but can be told from others
 * @param event null if it cannot be read
 * @param fault why it is no event that this service understands; null if it is fine
 */
record Parsed(RawRecord raw, Turn turn, EventId id, InboxEvent event, String fault) {

    boolean fine() {
        return fault == null;
    }

    /** The same record, known to fail. */
    Parsed failing(Throwable error) {
        return new Parsed(raw, turn, id, event, error.toString());
    }

    /** Null where it cannot be told, as is the subject. */
    String source() {
        return turn != null ? turn.stream().source() : id != null ? id.source() : null;
    }

    String subject() {
        return turn != null ? turn.stream().subject() : event != null ? event.subject() : null;
    }

    /** Null where it has no turn. */
    Long sequence() {
        return turn == null ? null : turn.sequence();
    }
}
