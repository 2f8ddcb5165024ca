package dev.waybill.systemtests.outside;

import java.time.Duration;
import java.util.Locale;

/** Runs from its creation on. */
public final class Stopwatch {

    private final long begin = System.nanoTime();

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
    }
}
