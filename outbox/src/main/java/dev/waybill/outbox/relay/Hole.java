package dev.waybill.outbox.relay;

import java.time.Instant;

/**
 * Positions that were handed out and not seen yet: their transactions have yet to commit, or never will.
 *
 * @param first the first missing position
 * @param last the last one; all between are missing too
 * @param bound the transaction id below which every possible owner lies, or {@link #UNBOUNDED} while it is not known
 * @param since when the relay first missed them
 */
record Hole(long first, long last, long bound, Instant since) {

    static final long UNBOUNDED = Long.MAX_VALUE;

    Hole boundedBy(long transactionId) {
        return bound == UNBOUNDED ? new Hole(first, last, transactionId, since) : this;
    }

    Hole range(long from, long to) {
        return new Hole(from, to, bound, since);
    }
}
