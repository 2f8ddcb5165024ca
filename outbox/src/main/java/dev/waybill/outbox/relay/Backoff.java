package dev.waybill.outbox.relay;

import java.time.Duration;

/** How long sends that have failed are left alone: each time in a row twice as long, up to two seconds. */
final class Backoff {

    private static final long SHORTEST = Duration.ofMillis(50).toNanos();
    private static final long LONGEST = Duration.ofSeconds(2).toNanos();

    private long next = SHORTEST;
    private long end = System.nanoTime();

    boolean isOver() {
        return System.nanoTime() - end >= 0;
    }

    /** Once for all that fail together: what fails before this is over does not prolong it. */
    void failed() {
        if (isOver()) {
            end = System.nanoTime() + next;
            next = Math.min(2 * next, LONGEST);
        }
    }

    void succeeded() {
        next = SHORTEST;
    }
}
