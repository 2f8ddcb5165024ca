package dev.waybill.outbox.relay;

import java.time.Duration;

/**
 * When to read next. A read, and the request to the broker that follows, cost the machine nearly the same with one event as with
 * thirty. So what commits within a moment shares one, and the moment is the longer the more the last read brought: at a
 * hundred events a second they are read at once, at a thousand every 3 ms, from two thousand on every 10 ms.
 *
 * <p>Used by the relay's thread alone.
 */
final class Pace {

    /** Times the shortest interval; with the usual one that is 10 ms. */
    private static final int LONGEST = 5;

    private final Duration shortest;
    private long lastRead = System.nanoTime();
    private long restNanos;

    /** @param shortest time between two reads of which the first left nothing behind */
    Pace(Duration shortest) {
        this.shortest = shortest;
    }

    void reads() {
        lastRead = System.nanoTime();
    }

    /** @param events new ones, with none left behind */
    void hasRead(int events) {
        restNanos = times(events) * shortest.toNanos();
    }

    /** So much is left, and more is there to be read: there is nothing to wait for. */
    void hasMoreToRead() {
        restNanos = 0;
    }

    boolean hasNotReadFor(Duration interval) {
        return System.nanoTime() - lastRead >= interval.toNanos();
    }

    /** What is left of the time between the last read and the next. */
    Duration rest() {
        return Duration.ofNanos(Math.max(0, restNanos - (System.nanoTime() - lastRead)));
    }

    static int times(int events) {
        return Math.min(LONGEST, 1 + Math.max(0, events - 1) / 4);
    }
}
