package dev.waybill.outbox.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Has the Kafka clients made anew when this machine's clock is set back. They reckon by it how long to wait before they connect
 * again or give up, so what they began while it was an hour ahead would last that hour longer.
 */
final class ClockWatch implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** What is corrected little by little is less; a client that waits so long too long does no harm. */
    private static final Duration NOTICEABLE = Duration.ofSeconds(2);

    private final LongSupplier clock;
    private final List<Runnable> renewals;
    private ScheduledExecutorService timer;
    private long ahead;

    /**
     * @param clock milliseconds, as {@link System#currentTimeMillis}
     * @param renewals what makes the clients anew
     */
    ClockWatch(LongSupplier clock, List<Runnable> renewals) {
        this.clock = clock;
        this.renewals = List.copyOf(renewals);
        this.ahead = aheadOfMonotonic();
    }

    /** Compares the clock with the one that nobody sets. */
    void look() {
        long before = ahead;
        ahead = aheadOfMonotonic();
        if (before - ahead >= NOTICEABLE.toMillis()) {
            log.warn("the clock was set back by {} s; Kafka's clients are made anew", (before - ahead) / 1000);
            renewals.forEach(ClockWatch::run);
        }
    }

    private static void run(Runnable renewal) {
        try {
            renewal.run();
        } catch (RuntimeException e) {
            log.error("a Kafka client was not made anew", e);
        }
    }

    private long aheadOfMonotonic() {
        return clock.getAsLong() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public synchronized void start() {
        if (timer == null) {
            timer = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "waybill-clock");
                thread.setDaemon(true);
                return thread;
            });
            timer.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }
}
