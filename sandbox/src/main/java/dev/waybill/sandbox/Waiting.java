package dev.waybill.sandbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what can only be asked for, not listened to. */
final class Waiting {
    private static final Duration STEP = Duration.ofMillis(50);

    private Waiting() {}

    /** Asks until the answer is yes or the limit is over; returns the last answer. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            sleep(STEP);
        }
        return true;
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while waiting", e);
        }
    }
}
