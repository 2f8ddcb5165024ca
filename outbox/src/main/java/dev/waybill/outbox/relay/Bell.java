package dev.waybill.outbox.relay;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Wakes the relay's thread. A ring while it is awake is kept; many rings are one. */
final class Bell {

    private volatile boolean rung;
    private volatile boolean newEvents;
    private volatile Thread sleeper;

    /** Something has happened, such as an acknowledgement. */
    void ring() {
        if (!rung) {
            rung = true;
            LockSupport.unpark(sleeper);
        }
    }

    /**
     * A transaction with events has committed. Rings only for the first one since {@link #takeNewEvents}, whoever took it having
     * yet to read: that read shows the others too.
     */
    void ringForEvents() {
        if (!newEvents) {
            newEvents = true;
            ring();
        }
    }

    boolean hasNewEvents() {
        return newEvents;
    }

    /** To be called before the read that shows them. */
    boolean takeNewEvents() {
        boolean taken = newEvents;
        newEvents = false;
        return taken;
    }

    /** Returns at the next ring, at once if there was one since the last return, or when the time is over. */
    void await(Duration most) {
        sleeper = Thread.currentThread();
        long end = System.nanoTime() + most.toNanos();
        for (long left = most.toNanos(); !rung && left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
        rung = false; // whoever rang had left its reason before, and the caller looks for reasons after this
    }
}
