package dev.waybill.outbox.inbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides, for streams whose rows are locked and ids that are claimed, which events are next, which were applied before,
 * which come early and which are at fault.
 */
final class Judgement {

    private final Map<Stream, Long> last;
    private final Set<EventId> fresh;
    private final Map<Stream, TreeMap<Long, Parsed>> early = new HashMap<>();
    private final Map<Stream, Long> advanced = new HashMap<>();
    private final List<InboxEvent> next = new ArrayList<>();
    private final List<InboxEvent> repeated = new ArrayList<>();
    private final List<Parsed> faulty = new ArrayList<>();

    /**
     * @param last the last sequence applied of each stream
     * @param fresh the ids of events without a sequence that were not there before
     */
    Judgement(Map<Stream, Long> last, Set<EventId> fresh) {
        this.last = new HashMap<>(last);
        this.fresh = new HashSet<>(fresh);
    }

    /** Takes in an event; what waited for it follows it at once. */
    void judge(Parsed parsed) {
        Turn turn = parsed.turn();
        boolean known =
                turn == null ? parsed.fine() && !fresh.remove(parsed.id()) : turn.sequence() <= last.get(turn.stream());
        if (known) {
            if (parsed.fine()) {
                repeated.add(parsed.event());
            }
        } else if (!parsed.fine()) {
            faulty.add(parsed);
        } else if (turn == null) {
            next.add(parsed.event());
        } else {
            early.computeIfAbsent(turn.stream(), none -> new TreeMap<>()).putIfAbsent(turn.sequence(), parsed);
            takeInTurn(turn.stream());
        }
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

    /** What can never be applied as it is, and has not been passed yet. */
    List<Parsed> faulty() {
        return faulty;
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

    /** The last sequence of each stream, as it is when all this is done. */
    Map<Stream, Long> last() {
        return last;
    }
}
