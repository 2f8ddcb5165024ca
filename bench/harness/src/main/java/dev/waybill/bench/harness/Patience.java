package dev.waybill.bench.harness;

import java.time.Duration;

/**
 * How long events are waited for. Who has stopped sending is given up after the silence; who is too slow, and puts the end of
 * that off with each event, after the longest.
 */
record Patience(Duration silence, Duration longest) {

    private static final Duration AS_LONG_AS_SOME_ARRIVE = Duration.ofNanos(Long.MAX_VALUE);

    static Patience through(Duration silence) {
        return new Patience(silence, AS_LONG_AS_SOME_ARRIVE);
    }

    /** @param lastAt when the latest event arrived, perhaps before the wait began; these are {@link System#nanoTime} */
    boolean isOver(long begin, long lastAt, long now) {
        return Math.min(now - begin, now - lastAt) > silence.toNanos() || now - begin > longest.toNanos();
    }
}
