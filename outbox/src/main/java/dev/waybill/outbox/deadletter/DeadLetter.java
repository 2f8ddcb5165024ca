package dev.waybill.outbox.deadletter;

import java.time.Instant;

/**
 * A record that could not be applied when it came.
 *
 * @param cause why, the last time
 * @param source null where the record does not tell, as may be subject and sequence
 * @param partition of the record; -1 for an event of this service's own that its relay was told to skip, whose offset is its
 *     position
 * @param attempts how often it was tried
 * @param firstAt when it came
 * @param lastAt when it was tried or settled last
 */
public record DeadLetter(
        long id,
        State state,
        String cause,
        String source,
        String subject,
        Long sequence,
        String topic,
        int partition,
        long offset,
        int attempts,
        Instant firstAt,
        Instant lastAt) {

    /** Where a letter stands. */
    public enum State {
        /** For an earlier event of its subject; applied by itself when that one is. */
        WAITING,
        /** It cannot be applied; later events of its subject wait for it. */
        FAILED,
        /** It was applied after all. */
        APPLIED,
        /** An operator has given it up. */
        DISCARDED;

        /** Whether something is still to be done about it. */
        public boolean open() {
            return this == WAITING || this == FAILED;
        }
    }

    /** An event of this service's own that was never published; nothing that came in. */
    public boolean skippedByRelay() {
        return partition < 0;
    }
}
