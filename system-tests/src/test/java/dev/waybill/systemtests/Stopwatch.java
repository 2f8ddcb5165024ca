package dev.waybill.systemtests;

import java.time.Duration;
import java.util.Locale;

/** Runs from its creation on. */
final class Stopwatch {

    private final long begin = System.nanoTime();

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }
}
