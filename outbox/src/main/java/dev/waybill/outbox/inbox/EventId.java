package dev.waybill.outbox.inbox;

import java.util.Comparator;

/** What tells one event from another where there is no sequence. Ordered, so that everyone claims in the same order. */
record EventId(String source, String id) implements Comparable<EventId> {

    private static final Comparator<EventId> ORDER =
            Comparator.comparing(EventId::source).thenComparing(EventId::id);

    @Override
    public int compareTo(EventId other) {
        return ORDER.compare(this, other);
    }
}
