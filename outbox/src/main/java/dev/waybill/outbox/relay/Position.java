package dev.waybill.outbox.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The reader's position with holes: pure logic, no database. It decides what a pass may publish and what it must still
 * wait for.
 *
 * <p>Positions are handed out before commit, so a reader that sees 1, 2, 4 cannot tell whether 3 is still to commit or
 * was rolled back. It publishes 4 at once and remembers 3 as a hole. Why nothing is lost and nothing overtakes:
 *
 * <ul>
 *   <li><b>A hole covers every late committer.</b> Whoever holds a missing position had a transaction id before it took
 *       the position (the insert trigger's order), hence before the read that showed a higher one. The bound is an id
 *       taken <em>after</em> that read, so it is above the owner's.
 *   <li><b>A dead hole is dead.</b> A hole is dropped only when the horizon (the oldest running transaction), taken
 *       <em>before</em> a read, has reached its bound: then its owner had ended before that read began, so the read would
 *       show its event if it had committed.
 *   <li><b>Order per key.</b> A key's earlier event commits before the later one takes its position. So it has the lower
 *       position and is visible to every read that shows the later one; a read is published in the order of positions.
 * </ul>
 *
 * Holes are ranges, and there is a limit to how many are kept: at the limit the position stands still until some are
 * settled, which they are as soon as the transactions end that were running when they were found.
 *
 * @param <E> an event
 */
final class Position<E> {

    /** A late event together with the hole it came out of, kept until the event is acknowledged. */
    record Taken<E>(E event, Hole hole) {}

    private final ToLongFunction<E> positionOf;
    private final int mostHoles;
    private final TreeMap<Long, Hole> holes = new TreeMap<>();
    private long seen;

    Position(Offset offset, int mostHoles, ToLongFunction<E> positionOf) {
        this.positionOf = positionOf;
        this.mostHoles = mostHoles;
        this.seen = offset.position();
        offset.holes().forEach(hole -> holes.put(hole.first(), hole));
    }

    /** The highest position that any read has shown. */
    long seen() {
        return seen;
    }

    Collection<Hole> holes() {
        return holes.values();
    }

    /**
     * Takes in what a read has shown.
     *
     * @param horizon a {@code pg_snapshot_xmin} taken before the read (any lower value is safe too)
     * @param read events inside the holes and above {@link #seen}, ascending by position
     * @param complete whether the read was not cut by a limit; a cut one covers just the positions up to its last row
     * @return what is to be published, in this order; hole is null where the event came in its turn
     */
    List<Taken<E>> accept(long horizon, List<E> read, boolean complete, Instant now) {
        List<Taken<E>> taken = new ArrayList<>(read.size());
        long previous = 0;
        for (E event : read) {
            long position = positionOf.applyAsLong(event);
            if (position <= previous) {
                throw new IllegalStateException("position " + position + " was read after " + previous);
            }
            previous = position;
            if (position <= seen) {
                Hole hole = fill(position);
                if (hole != null) {
                    taken.add(new Taken<>(event, hole));
                }
            } else if (position == seen + 1 || dig(seen + 1, position - 1, now)) {
                seen = position;
                taken.add(new Taken<>(event, null));
            } else {
                break; // no room for another hole: the position stands still here
            }
        }
        long covered = complete ? Long.MAX_VALUE : previous;
        holes.values().removeIf(hole -> hole.bound() <= horizon && hole.last() <= covered);
        return taken;
    }

    /** Whether holes were found that have no bound yet, and so cannot be dropped. */
    boolean needsBound() {
        return holes.values().stream().anyMatch(hole -> hole.bound() == Hole.UNBOUNDED);
    }

    /** @param transactionId a {@code pg_current_xact_id} taken after the read that found the holes; another may be under way by now */
    void bound(long transactionId) {
        holes.replaceAll((first, hole) -> hole.boundedBy(transactionId));
    }

    private boolean dig(long first, long last, Instant now) {
        if (holes.size() >= mostHoles) {
            return false;
        }
        holes.put(first, new Hole(first, last, Hole.UNBOUNDED, now));
        return true;
    }

    private Hole fill(long position) {
        Map.Entry<Long, Hole> entry = holes.floorEntry(position);
        if (entry == null || entry.getValue().last() < position) {
            return null; // no hole: taken before
        }
        Hole hole = entry.getValue();
        holes.remove(hole.first());
        if (hole.first() < position) {
            holes.put(hole.first(), hole.range(hole.first(), position - 1));
        }
        if (position < hole.last()) {
            holes.put(position + 1, hole.range(position + 1, hole.last()));
        }
        return hole.range(position, position);
    }
}
