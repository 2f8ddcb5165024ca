package dev.waybill.outbox.relay;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What has been read and is not yet acknowledged.
 *
 * <p>Invariants: of a key at most one event is with the producer, and a later one is handed out only after the earlier was
 * acknowledged; so a send that fails can be tried again without anything of its key having passed it. {@link #offset} moves
 * only over positions whose events are all acknowledged.
 *
 * <p>Used by the relay's thread alone.
 */
final class InFlight {

    /**
     * One event on its way. {@code hole} is what it filled, or null; {@code next} the next one of its key, once there is one. Position
     * and size are kept beside the event so that its acknowledgement need not look it up again, far away in the heap by then.
     */
    static final class Entry {
        final StoredEvent event;
        final long position;
        final Hole hole;
        private final int size;
        long sentNanos;
        private boolean acknowledged;
        private Entry next;

        Entry(StoredEvent event, Hole hole) {
            this.event = event;
            this.position = event.position();
            this.hole = hole;
            this.size = event.size();
        }
    }

    private final Deque<Entry> inOrder = new ArrayDeque<>();
    private final Set<Entry> late = new LinkedHashSet<>();
    private final Map<String, Entry> lastOfKey = new HashMap<>();
    private final Deque<Entry> ready = new ArrayDeque<>();
    private long done;
    private int count;
    private long bytes;

    InFlight(long done) {
        this.done = done;
    }

    /**
     * Everything up to its position is acknowledged, its holes aside. Events that filled one and are not acknowledged are holes still.
     *
     * @param open the holes that nothing has filled; those above the acknowledged position need no mention: from there on everything
     *     is read again anyway
     */
    Offset offset(Collection<Hole> open) {
        List<Hole> holes = Stream.concat(open.stream(), late.stream().map(entry -> entry.hole))
                .filter(hole -> hole.first() <= done)
                .toList();
        return new Offset(done, holes);
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    void add(Entry entry) {
        if (entry.hole == null) {
            inOrder.add(entry);
        } else {
            late.add(entry);
        }
        count++;
        bytes += entry.size;
        Entry before = lastOfKey.put(entry.event.subject(), entry);
        if (before == null) {
            ready.add(entry);
        } else {
            before.next = entry;
        }
    }

    /** The next event that may be sent now, or null. */
    Entry next() {
        return ready.poll();
    }

    boolean hasNext() {
        return !ready.isEmpty();
    }

    /** The event was not taken: it is the next one again. */
    void again(Entry entry) {
        ready.addFirst(entry);
    }

    void acknowledged(Entry entry) {
        entry.acknowledged = true;
        count--;
        bytes -= entry.size;
        if (entry.hole != null) {
            late.remove(entry);
        }
        while (!inOrder.isEmpty() && inOrder.peek().acknowledged) {
            done = inOrder.poll().position;
        }
        if (entry.next == null) {
            lastOfKey.remove(entry.event.subject());
        } else {
            ready.add(entry.next);
        }
    }
}
