package dev.waybill.outbox.inbox;

import java.util.Comparator;

/** The events of one aggregate. Ordered, so that everyone locks streams in the same order. */
record Stream(String source, String subject) implements Comparable<Stream> {

    private static final Comparator<Stream> ORDER =
            Comparator.comparing(Stream::source).thenComparing(Stream::subject);

    @Override
    public int compareTo(Stream other) {
        return ORDER.compare(this, other);
    }
}
