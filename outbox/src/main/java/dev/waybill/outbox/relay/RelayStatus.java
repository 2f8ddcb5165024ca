package dev.waybill.outbox.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the relay of this instance is doing, for others to look at: state, meters, and a log with one line a change, not
 * one a failure.
 */
final class RelayStatus {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final Counter appended;
    private final Counter published;
    private final Counter takeovers;
    private final DistributionSummary batchSize;
    private final Timer sendLatency;

    private volatile boolean active;
    private volatile boolean inTrouble;
    private volatile boolean refused;
    private volatile String lastError;
    private volatile int holes;
    private final Rate rate = new Rate();

    RelayStatus(MeterRegistry meters) {
        appended = Counter.builder("waybill.outbox.appended")
                .description("Events committed by this instance")
                .register(meters);
        published = Counter.builder("waybill.outbox.published")
                .description("Events of this instance that the broker has acknowledged")
                .register(meters);
        takeovers = Counter.builder("waybill.outbox.takeovers")
                .description("How often this instance got the right to publish")
                .register(meters);
        batchSize = DistributionSummary.builder("waybill.outbox.batch.size")
                .description("Events found by a read that found any")
                .register(meters);
        sendLatency = Timer.builder("waybill.outbox.send.latency")
                .description(
                        "From the send to the broker's acknowledgement, of one event of those acknowledged together")
                .register(meters);
        Gauge.builder("waybill.outbox.active", this, status -> status.active ? 1 : 0)
                .description("1 where this instance publishes")
                .register(meters);
        Gauge.builder("waybill.outbox.holes", this, status -> status.holes)
                .description("Gaps in the positions that may still be filled")
                .register(meters);
    }

    /** Whether this instance publishes. */
    boolean active() {
        return active;
    }

    /** The last trouble since the start, with its time; null if there was none. */
    String lastError() {
        return lastError;
    }

    /** Events published a second, lately. */
    double rate() {
        return rate.perSecond();
    }

    void appended(int events) {
        appended.increment(events);
    }

    void activated() {
        active = true;
        takeovers.increment();
        log.info("this instance publishes");
    }

    void standingBy() {
        if (active) {
            active = false;
            holes = 0;
            log.info("publishes no longer");
        }
    }

    void read(int events, int openHoles) {
        holes = openHoles;
        if (events > 0) {
            batchSize.record(events);
        }
    }

    /** @param latencyNanos of one of them: they were acknowledged together */
    void published(int events, long latencyNanos) {
        published.increment(events);
        rate.count(events);
        sendLatency.record(latencyNanos, TimeUnit.NANOSECONDS);
        if (inTrouble) {
            fine();
        }
    }

    /** Whether the broker does not let this instance do what it has to, which somebody has to see to. */
    boolean refused() {
        return refused;
    }

    /** Trouble that passes: said once, until it is over. */
    void retrying(Throwable error) {
        lastError = Instant.now() + " " + error;
        boolean nowRefused = Refused.is(error);
        if (!inTrouble || nowRefused && !refused) {
            log.warn("publishing is held up and goes on by itself when this is over: {}", error.toString());
        }
        inTrouble = true;
        refused = nowRefused;
    }

    void stopped(Control.Stopped event, Exception error) {
        lastError = event.at() + " " + event.text();
        if (Refused.is(error)) {
            log.error("the relay has stopped until the broker allows it, which is tried again: {}", event.text());
        } else {
            log.error("the relay has stopped until an operator says retry or skip: {}", event.text(), error);
        }
    }

    void goesOn() {
        log.info("the relay goes on");
    }

    void mended(Control.Request request) {
        log.info("{} of position {} for {}: {}", request.action(), request.position(), request.who(), request.reason());
    }

    void paused(Control.Pause pause) {
        if (pause == null) {
            log.info("resumed");
        } else {
            log.info("paused by {}: {}", pause.who(), pause.reason());
        }
    }

    void fine() {
        if (inTrouble) {
            inTrouble = false;
            refused = false;
            log.info("publishing goes on");
        }
    }

    /** Counts in windows of some seconds; one thread counts, any may look. */
    private static final class Rate {
        private static final long WINDOW = Duration.ofSeconds(5).toNanos();

        private volatile long begin = System.nanoTime();
        private volatile long count;
        private volatile double last;

        @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
        void count(int events) {
            roll();
            count += events;
        }

        double perSecond() {
            long age = System.nanoTime() - begin;
            return age > 2 * WINDOW ? 0 : age > WINDOW ? count * 1e9 / age : Math.max(last, count * 1e9 / WINDOW);
        }

        private void roll() {
            long age = System.nanoTime() - begin;
            if (age >= WINDOW) {
                last = count * 1e9 / age;
                count = 0;
                begin = System.nanoTime();
            }
        }
    }
}
