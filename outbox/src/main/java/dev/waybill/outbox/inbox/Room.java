package dev.waybill.outbox.inbox;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * Lets the listeners of a topic in as far as their handler has {@linkplain InboxHandler#room() room}. To tell its room a
 * handler may have to count, which takes the longer the more there is; so it is asked again only when a tenth of its
 * answer has been given away, or the answer is old.
 *
 * <p>Why listeners of one process never take more than there is room for: what was let in and is not done yet may not be in
 * the handler's count, so all of it is taken off the answer, and what was let in since, too. Nobody enters or leaves
 * while the handler counts; so what it has not counted is under way, and what left before has been counted.
 */
final class Room {

    private final IntSupplier handler;
    private final long goodForNanos;

    private long underWay;
    private long found;
    private long enteredSince;
    private long askedAt;

    /** @param goodFor how long an answer of the handler is good */
    Room(IntSupplier handler, Duration goodFor) {
        this.handler = handler;
        this.goodForNanos = goodFor.toNanos();
    }

    /**
     * Lets in as many of the wanted as there is room for; all that were let in must {@link #leave}, whatever becomes of
     * them.
     */
    synchronized int enter(int wanted) {
        if (enteredSince >= found / 10 || System.nanoTime() - askedAt >= goodForNanos) {
            ask();
        }
        int entering = (int) Math.max(0, Math.min(wanted, found - enteredSince));
        enteredSince += entering;
        underWay += entering;
        return entering;
    }

    private void ask() {
        found = 0; // if the handler throws
        enteredSince = 0;
        askedAt = System.nanoTime();
        found = handler.getAsInt() - underWay;
    }

    synchronized void leave(int entered) {
        underWay -= entered;
    }
}
