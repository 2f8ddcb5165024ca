package dev.waybill.bench.harness;

import dev.waybill.bench.contest.Event;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What a consumer sees of a run. Ordered is: no event comes before the first appearance of an earlier one of its key. */
final class Judge implements Receiver.Ear {

    private final String run;
    private final BitSet numbers = new BitSet();
    private final Map<String, Long> last = new HashMap<>();
    private int inversions;
    private int duplicates;

    Judge(String run) {
        this.run = run;
    }

    @Override
    public synchronized void hear(Event event, long nanoTime) {
        if (!event.run().equals(run)) {
            return;
        }
        if (numbers.get((int) event.number())) {
            duplicates++;
            return;
        }
        numbers.set((int) event.number());
        if (event.sequence() < last.getOrDefault(event.key(), -1L)) {
            inversions++;
        } else {
            last.put(event.key(), event.sequence());
        }
    }

    synchronized int inversions() {
        return inversions;
    }

    synchronized int duplicates() {
        return duplicates;
    }

    /** How many different events came. */
    synchronized int events() {
        return numbers.cardinality();
    }

    /** How many of those came whose number is a multiple of this. */
    synchronized int multiplesOf(int divisor) {
        return (int) numbers.stream().filter(number -> number % divisor == 0).count();
    }
}
