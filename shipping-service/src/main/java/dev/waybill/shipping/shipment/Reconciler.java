package dev.waybill.shipping.shipment;

import dev.waybill.shipping.ShippingProperties;
import dev.waybill.shipping.carrier.Carrier;
import dev.waybill.shipping.shipment.Bookings.Claim;
import dev.waybill.shipping.shipment.Bookings.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Makes shipments at the carrier what they are wanted to be: over and over, it writes down what came of the calls, claims
 * what is due, and calls, many at a time. It acts on what is wanted now, not on events, so it matters not how often it was
 * interrupted, nor how many instances do the same.
 *
 * <p>One thread has the transactions; the calls have as many as the bulkhead lets through. Claims and outcomes not yet
 * written are never more than twice as many, for claiming waits for writing.
 */
@Component
class Reconciler implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration BESIDES = Duration.ofSeconds(1);

    /** So that several calls share a transaction; who comes alone does not wait before the first one. */
    private static final Duration BETWEEN_PASSES = Duration.ofMillis(10);

    /** Where the last pass had several to do and left none: more then gather, and who is busy passes less often. */
    private static final Duration BETWEEN_BUSY_PASSES = Duration.ofMillis(30);

    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final Bookings bookings;
    private final Carrier carrier;
    private final ShippingProperties.Reconciler properties;
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final List<Outcome> unwritten = new ArrayList<>();
    private long lastBesides = System.nanoTime() - BESIDES.toNanos();
    private Class<?> trouble;
    private boolean gather;
    private volatile long nextPass = System.nanoTime();
    private volatile ScheduledExecutorService loop;
    private ExecutorService calls;

    Reconciler(Bookings bookings, Carrier carrier, ShippingProperties properties) {
        this.bookings = bookings;
        this.carrier = carrier;
        this.properties = properties.reconciler();
    }

    /** There may be something to do. */
    @TransactionalEventListener(classes = OrderEvents.Wanted.class, fallbackExecution = true)
    void wake() {
        ScheduledExecutorService running = loop;
        if (running != null && !woken.getAndSet(true)) {
            long wait = nextPass - System.nanoTime();
            try {
                running.schedule(this::passes, Math.max(0, wait), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("what is due is left to the next start");
            }
        }
    }

    private void passes() {
        woken.set(false); // whoever wakes has left its reason before, and it is looked for after this
        try {
            while (pass()) {
                log.trace("there may be more");
            }
            if (trouble != null) {
                trouble = null;
                log.info("shipments go on");
            }
        } catch (RuntimeException | Error e) { // an error too must not end the loop
            if (trouble != e.getClass()) { // once, but another one too
                trouble = e.getClass();
                log.warn("shipments wait and go on when this is over: {}", e.toString());
            }
        }
        nextPass = System.nanoTime() + (gather ? BETWEEN_BUSY_PASSES : BETWEEN_PASSES).toNanos();
    }

    /** @return whether there may be more to do at once */
    private boolean pass() {
        if (System.nanoTime() - lastBesides >= BESIDES.toNanos()) {
            lastBesides = System.nanoTime();
            bookings.settleCancelledUnsent();
            bookings.tellWaiting(carrier.away().map(Carrier.Away::cause).orElse(null));
        }
        int permits = isRunning() ? carrier.acquire(carrier.capacity()) : 0;
        int calling = 0;
        try {
            List<Claim> claims = write(permits);
            gather = claims.size() > 1 && claims.size() < permits;
            long claimed = System.nanoTime();
            for (Claim claim : claims) {
                calls.execute(() -> call(claim, claimed));
                calling++;
            }
        } finally { // what was claimed and could not be called is due again when its lease is over
            carrier.release(permits - calling);
        }
        return permits > 0 && calling == permits;
    }

    /** Writes what came of the calls, and claims what is to be asked next. */
    private List<Claim> write(int mostClaims) {
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            unwritten.add(outcome);
        }
        if (unwritten.isEmpty() && mostClaims == 0) {
            return List.of();
        }
        List<Claim> claims = bookings.settleAndClaim(unwritten, mostClaims);
        unwritten.clear();
        return claims;
    }

    private void call(Claim claim, long claimed) {
        // This process may have been frozen since: then another one asks, perhaps something newer.
        if (System.nanoTime() - claimed < properties.lease().toNanos() / 2) {
            outcomes.add(ask(claim));
        } else {
            carrier.release(1);
        }
        wake();
    }

    private Outcome ask(Claim claim) {
        try {
            return new Outcome(claim, carrier.ask(claim.question()), null);
        } catch (RuntimeException | Error e) {
            return new Outcome(claim, null, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    @Override
    public synchronized void start() {
        if (loop == null) {
            ThreadPoolExecutor threads = new ThreadPoolExecutor(
                    carrier.capacity(),
                    carrier.capacity(),
                    0,
                    TimeUnit.MILLISECONDS,
                    new LinkedBlockingQueue<>(), // never longer than that: each call has a permit
                    new CustomizableThreadFactory("carrier-"));
            threads.prestartAllCoreThreads(); // too little memory for threads is to be known now
            calls = threads;
            ScheduledExecutorService starting =
                    Executors.newSingleThreadScheduledExecutor(new CustomizableThreadFactory("reconciler-"));
            loop = starting;
            long interval = properties.pollInterval().toMillis();
            starting.scheduleWithFixedDelay(this::passes, 0, interval, TimeUnit.MILLISECONDS);
        }
    }

    /** The calls under way get their time, and what came of them is written. */
    @Override
    public synchronized void stop() {
        ScheduledExecutorService stopping = loop;
        if (stopping == null) {
            return;
        }
        loop = null;
        stopping.shutdown();
        try {
            boolean passed = stopping.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            calls.shutdown(); // after the last pass, which may have calls to make
            if (!calls.awaitTermination(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                log.info("calls to the carrier under way are left behind, and made again when their lease is over");
            }
            if (passed) {
                write(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("what came of the last calls could not be written; they are made again: {}", e.toString());
        } finally {
            calls.shutdown();
        }
    }

    @Override
    public boolean isRunning() {
        return loop != null;
    }
}
