package dev.waybill.outbox.relay;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * What became of sends: left by the producer's thread, taken by the relay's, all at once and oldest first. Each is a node of
 * the list itself, so that a send leaves nothing else behind.
 */
final class Outcomes {

    /** Of one send; to be told once. */
    final class Outcome implements Consumer<Exception> {
        private final InFlight.Entry entry;
        private Exception error;
        private Outcome next;

        private Outcome(InFlight.Entry entry) {
            this.entry = entry;
        }

        @Override
        public void accept(Exception thrown) {
            error = thrown;
            do {
                next = newest.get();
            } while (!newest.compareAndSet(next, this));
            arrived.accept(thrown);
        }

        InFlight.Entry entry() {
            return entry;
        }

        /** Null where the broker has acknowledged the event. */
        Exception error() {
            return error;
        }

        /** The one that arrived after it, or null. */
        Outcome next() {
            return next;
        }
    }

    private final AtomicReference<Outcome> newest = new AtomicReference<>();
    private final Consumer<Exception> arrived;

    /** @param arrived called after each, by whoever leaves it, with its error or null */
    Outcomes(Consumer<Exception> arrived) {
        this.arrived = arrived;
    }

    /** Takes in what becomes of this event's send. */
    Outcome of(InFlight.Entry entry) {
        return new Outcome(entry);
    }

    /** Takes all that there are: the oldest one, or null. */
    Outcome take() {
        Outcome oldest = null;
        for (Outcome each = newest.getAndSet(null); each != null; ) {
            Outcome older = each.next;
            each.next = oldest;
            oldest = each;
            each = older;
        }
        return oldest;
    }
}
