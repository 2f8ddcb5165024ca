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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.task.SimpleAsyncTaskExecutorBuilder;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Makes shipments at the carrier what they are wanted to be: over and over, it writes down what came of the calls, claims
 * what is due, and calls, many at a time. It acts on what is wanted now, not on events, so it matters not how often it was
 * interrupted, nor how many instances do the same.
 *
 * <p>One thread has the transactions, the calls have a thread each (virtual where the JDK has them). Claims and outcomes
 * not yet written are never more than twice what the bulkhead lets through, for claiming waits for writing.
 */
@Component
class Reconciler implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration BESIDES = Duration.ofSeconds(1);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

    private final Bookings bookings;
    private final Carrier carrier;
    private final ShippingProperties.Reconciler properties;
    private final SimpleAsyncTaskExecutor calls;
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Semaphore bell = new Semaphore(0);
    private final Semaphore calling;
    private final List<Outcome> unwritten = new ArrayList<>();
    private long lastBesides = System.nanoTime() - BESIDES.toNanos();
    private boolean inTrouble;
    private volatile Thread thread;

    Reconciler(
            Bookings bookings, Carrier carrier, ShippingProperties properties, SimpleAsyncTaskExecutorBuilder threads) {
        this.bookings = bookings;
        this.carrier = carrier;
        this.properties = properties.reconciler();
        this.calls = threads.threadNamePrefix("carrier-").build();
        this.calling = new Semaphore(carrier.capacity());
    }

    /** There may be something to do. */
    @TransactionalEventListener(classes = OrderEvents.Wanted.class, fallbackExecution = true)
    void wake() {
        bell.release();
    }

    private void run() {
        while (running()) {
            try {
                boolean more = pass();
                if (inTrouble) {
                    inTrouble = false;
                    log.info("shipments go on");
                }
                await(more ? Duration.ZERO : properties.pollInterval());
            } catch (RuntimeException | Error e) { // an error too must not end the thread
                if (!inTrouble) {
                    inTrouble = true;
                    log.warn("shipments wait and go on when this is over: {}", e.toString());
                }
                await(BESIDES);
            }
        }
        finish();
    }

    /** @return whether there may be more to do at once */
    private boolean pass() {
        write();
        if (System.nanoTime() - lastBesides >= BESIDES.toNanos()) {
            lastBesides = System.nanoTime();
            bookings.settleCancelledUnsent();
            bookings.tellWaiting(carrier.away().map(Carrier.Away::cause).orElse(null));
        }
        int permits = carrier.acquire(carrier.capacity());
        if (permits == 0) {
            return false;
        }
        List<Claim> claims = List.of();
        try {
            claims = bookings.claim(permits);
        } finally {
            carrier.release(permits - claims.size());
        }
        long claimed = System.nanoTime();
        claims.forEach(claim -> call(claim, claimed));
        return claims.size() == permits;
    }

    private void write() {
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            unwritten.add(outcome);
        }
        if (!unwritten.isEmpty()) {
            bookings.settle(unwritten);
            unwritten.clear();
        }
    }

    private void call(Claim claim, long claimed) {
        calling.acquireUninterruptibly();
        try {
            calls.execute(() -> {
                try {
                    // This process may have been frozen since: then another one asks, perhaps something newer.
                    if (System.nanoTime() - claimed < properties.lease().toNanos() / 2) {
                        outcomes.add(ask(claim));
                    } else {
                        carrier.release(1);
                    }
                } finally {
                    calling.release();
                    bell.release();
                }
            });
        } catch (RuntimeException | Error e) { // no thread to be had: it is due again when its lease is over
            carrier.release(1);
            calling.release();
            throw e;
        }
    }

    private Outcome ask(Claim claim) {
        try {
            return new Outcome(claim, carrier.ask(claim.question()), null);
        } catch (RuntimeException | Error e) {
            return new Outcome(claim, null, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void await(Duration most) {
        try {
            if (bell.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A clean end: the calls under way get their time, and what came of them is written. */
    private void finish() {
        try {
            if (!calling.tryAcquire(carrier.capacity(), STOP_WITHIN.toMillis() / 2, TimeUnit.MILLISECONDS)) {
                log.info("calls to the carrier under way are left behind, and made again when their lease is over");
            }
            write();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("what came of the last calls could not be written; they are made again: {}", e.toString());
        }
    }

    private boolean running() {
        return thread == Thread.currentThread();
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            thread = new Thread(this::run, "shipping-reconciler");
            thread.start();
        }
    }

    @Override
    public synchronized void stop() {
        Thread stopping = thread;
        if (stopping == null) {
            return;
        }
        thread = null;
        bell.release();
        try {
            stopping.join(STOP_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
