package dev.waybill.systemtests;

import java.time.Duration;
import java.util.Locale;

/** Runs from its creation on. */
final class Stopwatch {

    private final long begin = System.nanoTime();

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** What is left of a limit that counts from the creation; at least a moment, to look once. */
    Duration leftOf(Duration limit) {
        Duration left = limit.minus(elapsed());
        return left.toMillis() > 1000 ? left : Duration.ofSeconds(1);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }
}
