package dev.waybill.outbox.inbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides, for streams whose rows are locked, which events are next, which were applied before and which come early. */
final class Judgement {

    private final Map<Stream, Long> last;
    private final Map<Stream, TreeMap<Long, Parsed>> early = new HashMap<>();
    private final Map<Stream, Long> advanced = new HashMap<>();
    private final List<InboxEvent> next = new ArrayList<>();
    private final List<InboxEvent> repeated = new ArrayList<>();

    /** @param last the last sequence applied of each stream */
    Judgement(Map<Stream, Long> last) {
        this.last = new HashMap<>(last);
    }

    /** Takes in an event; what waited for it follows it at once. */
    void judge(Parsed parsed) {
        Stream stream = parsed.stream();
        long sequence = parsed.event().sequence();
        if (sequence <= last.get(stream)) {
            repeated.add(parsed.event());
            return;
        }
        early.computeIfAbsent(stream, none -> new TreeMap<>()).putIfAbsent(sequence, parsed);
        takeInTurn(stream);
    }

    private void takeInTurn(Stream stream) {
        TreeMap<Long, Parsed> waiting = early.get(stream);
        long turn = last.get(stream) + 1;
        for (Parsed parsed = waiting.remove(turn); parsed != null; parsed = waiting.remove(++turn)) {
            next.add(parsed.event());
            last.put(stream, turn);
            advanced.put(stream, turn);
        }
    }

    /** What is to be applied, in this order. */
    List<InboxEvent> next() {
        return next;
    }

    /** What was applied before. */
    List<InboxEvent> repeated() {
        return repeated;
    }

    /** The last sequence of each stream that moves on. */
    Map<Stream, Long> advanced() {
        return advanced;
    }

    /** What still waits for an earlier event. */
    List<Parsed> early() {
        return early.values().stream()
                .flatMap(waiting -> waiting.values().stream())
                .toList();
    }

    long last(Stream stream) {
        return last.get(stream);
    }
}
