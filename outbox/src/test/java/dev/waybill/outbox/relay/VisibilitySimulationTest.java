package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Position} against a model of what Postgres shows to whom: transactions begin, take an id (early or with their
 * first event), take positions, write, and end in any order, while a relay reads with limits, crashes and starts again.
 * Checked: nothing committed is missing (G1), nothing rolled back is published (G2), no event of a key first appears
 * before an earlier one (G3). The same harness with two other ways to read must find their faults, or it proves nothing.
 */
class VisibilitySimulationTest {

    private static final Logger log = LoggerFactory.getLogger(VisibilitySimulationTest.class);
    private static final int HISTORIES = 200_000;

    record Event(long position, long xid, int key, int sequence) {}

    /** The verdict on one history; null where all is well. */
    record Fault(String kind, long seed) {}

    // ---- the model of Postgres -------------------------------------------------------------------------------------

    static final class Transaction {
        long xid;
        final List<Event> written = new ArrayList<>();
        /** Keys whose rows it has locked: nobody else may write events of these until it ends. */
        final Set<Integer> locked = new HashSet<>();
        /** A position taken by nextval whose row is not written yet. */
        long pending;

        int pendingKey;
    }

    static final class Database {
        long nextXid = 100;
        long nextPosition = 1;
        final List<Transaction> running = new ArrayList<>();
        final TreeMap<Long, Event> committed = new TreeMap<>();
        final Map<Integer, Integer> committedSequence = new HashMap<>();
        final Set<Integer> lockedKeys = new HashSet<>();
        final Set<Long> rolledBack = new HashSet<>();

        long horizon() {
            return running.stream()
                    .mapToLong(t -> t.xid)
                    .filter(xid -> xid > 0)
                    .min()
                    .orElse(nextXid);
        }

        long freshXid() {
            return nextXid++;
        }

        void end(Transaction transaction, boolean commit) {
            running.remove(transaction);
            lockedKeys.removeAll(transaction.locked);
            for (Event event : transaction.written) {
                if (commit) {
                    committed.put(event.position(), event);
                    committedSequence.put(event.key(), event.sequence());
                } else {
                    rolledBack.add(event.position());
                }
            }
        }
    }

    /** One step of one writer, chosen at random among what Postgres would let it do. */
    private static void writerStep(Database database, Random random, int keys) {
        if (database.running.size() < 5 && (database.running.isEmpty() || random.nextInt(3) == 0)) {
            Transaction begun = new Transaction();
            if (random.nextInt(3) == 0) {
                begun.xid = database.nextXid++; // an early id: it wrote something else first
            }
            database.running.add(begun);
            return;
        }
        Transaction transaction = database.running.get(random.nextInt(database.running.size()));
        if (transaction.pending > 0) {
            int sequence = sequenceIn(database, transaction, transaction.pendingKey);
            transaction.written.add(new Event(transaction.pending, transaction.xid, transaction.pendingKey, sequence));
            transaction.pending = 0;
            return;
        }
        int what = random.nextInt(10);
        if (what < 5) {
            int key = random.nextInt(keys);
            if (!transaction.locked.contains(key) && !database.lockedKeys.add(key)) {
                return; // waits for the row lock
            }
            transaction.locked.add(key);
            if (transaction.xid == 0) {
                transaction.xid = database.nextXid++; // the trigger: first the id …
            }
            transaction.pending = database.nextPosition++; // … then the position
            transaction.pendingKey = key;
        } else if (what < 6 && !transaction.written.isEmpty()) { // rollback to a savepoint
            Event undone = transaction.written.remove(transaction.written.size() - 1);
            database.rolledBack.add(undone.position());
        } else if (what < 9) {
            database.end(transaction, random.nextInt(4) > 0);
        }
    }

    private static int sequenceIn(Database database, Transaction transaction, int key) {
        return (int) transaction.written.stream().filter(e -> e.key() == key).count()
                + database.committedSequence.getOrDefault(key, -1)
                + 1;
    }

    // ---- the ways to read ------------------------------------------------------------------------------------------

    interface Reader {
        /** One pass: what it publishes, in this order. Between its statements the writers may go on. */
        List<Event> pass(Database database, int limit, Runnable writersGoOn);

        /** The process dies; what is not persisted is gone. */
        void crash();
    }

    /** The product's logic, with the statements of a pass in the relay's order. */
    static final class WithHoles implements Reader {
        private final int mostHoles;
        private Offset saved = new Offset(0, List.of());
        private Position<Event> position;
        private int chances;

        WithHoles(int mostHoles) {
            this.mostHoles = mostHoles;
            crash();
        }

        @Override
        public List<Event> pass(Database database, int limit, Runnable writersGoOn) {
            long horizon = database.horizon();
            writersGoOn.run();
            boundNowAndThen(database);
            List<Event> shown = new ArrayList<>();
            for (Hole hole : position.holes()) {
                LongStream.rangeClosed(hole.first(), hole.last())
                        .mapToObj(database.committed::get)
                        .filter(event -> event != null)
                        .forEach(shown::add);
            }
            shown.addAll(database.committed.tailMap(position.seen(), false).values());
            boolean complete = shown.size() < limit;
            List<Event> read = complete ? shown : shown.subList(0, limit);
            writersGoOn.run();
            boundNowAndThen(database);
            writersGoOn.run();
            List<Event> published = position.accept(horizon, read, complete, Instant.EPOCH).stream()
                    .map(Position.Taken::event)
                    .toList();
            writersGoOn.run();
            boundNowAndThen(database);
            saved = new Offset(position.seen(), List.copyOf(position.holes()));
            return published;
        }

        /** Also while a read is under way, as the relay's thread goes on beside it. */
        private void boundNowAndThen(Database database) {
            if (position.needsBound() && ++chances % 2 == 0) {
                position.bound(database.freshXid());
            }
        }

        @Override
        public void crash() {
            position = new Position<>(saved, mostHoles, Event::position);
        }
    }

    /** What most tutorials do: everything above the highest position seen. */
    static final class PlainCursor implements Reader {
        private long cursor;

        @Override
        public List<Event> pass(Database database, int limit, Runnable writersGoOn) {
            List<Event> read = database.committed.tailMap(cursor, false).values().stream()
                    .limit(limit)
                    .toList();
            if (!read.isEmpty()) {
                cursor = read.get(read.size() - 1).position();
            }
            return read;
        }

        @Override
        public void crash() {}
    }

    /** Waits for the horizon and reads by (xid, position): loses nothing, but that is no order of a key's events. */
    static final class XidOrder implements Reader {
        private long xid;
        private long position;

        @Override
        public List<Event> pass(Database database, int limit, Runnable writersGoOn) {
            long horizon = database.horizon();
            List<Event> read = database.committed.values().stream()
                    .filter(e -> e.xid() < horizon && (e.xid() > xid || e.xid() == xid && e.position() > position))
                    .sorted(java.util.Comparator.comparing(Event::xid).thenComparing(Event::position))
                    .limit(limit)
                    .toList();
            if (!read.isEmpty()) {
                xid = read.get(read.size() - 1).xid();
                position = read.get(read.size() - 1).position();
            }
            return read;
        }

        @Override
        public void crash() {}
    }

    // ---- one history -----------------------------------------------------------------------------------------------

    private static Fault run(long seed, Reader reader) {
        Random random = new Random(seed);
        Database database = new Database();
        int keys = 1 + random.nextInt(4);
        int steps = 10 + random.nextInt(60);
        List<Event> published = new ArrayList<>();
        Runnable writers = () -> {
            for (int n = random.nextInt(4); n > 0; n--) {
                writerStep(database, random, keys);
            }
        };
        for (int step = 0; step < steps; step++) {
            writers.run();
            if (random.nextInt(3) == 0) {
                published.addAll(reader.pass(database, 1 + random.nextInt(8), writers));
            }
            if (random.nextInt(20) == 0) {
                reader.crash();
            }
        }
        while (!database.running.isEmpty()) {
            database.end(database.running.get(0), random.nextBoolean());
        }
        for (int pass = 0; pass < 200; pass++) {
            published.addAll(reader.pass(database, 5, () -> {}));
        }
        return judge(seed, database, published);
    }

    private static Fault judge(long seed, Database database, List<Event> published) {
        Set<Long> seen = new HashSet<>();
        Map<Integer, Integer> first = new HashMap<>();
        for (Event event : published) {
            if (!database.committed.containsKey(event.position())) {
                return new Fault("phantom", seed);
            }
            if (seen.add(event.position())) {
                Integer before = first.put(event.key(), event.sequence());
                if (before != null && before > event.sequence()) {
                    return new Fault("inversion", seed);
                }
            }
        }
        return seen.size() == database.committed.size() ? null : new Fault("lost", seed);
    }

    private static Map<String, Integer> faults(
            int histories, long firstSeed, java.util.function.Supplier<Reader> reader) {
        Map<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < histories; i++) {
            Fault fault = run(firstSeed + i, reader.get());
            if (fault != null && kinds.merge(fault.kind(), 1, Integer::sum) == 1) {
                log.info("first {} at seed {}", fault.kind(), fault.seed());
            }
        }
        return kinds;
    }

    @Test
    void positionWithHolesLosesNothingAndKeepsOrder() {
        long seed = Long.getLong("waybill.seed", System.nanoTime());
        log.info("{} histories from seed {} (repeat with -Dwaybill.seed={})", HISTORIES, seed, seed);
        assertThat(faults(HISTORIES, seed, () -> new WithHoles(1000))).isEmpty();
    }

    @Test
    void soItIsWithRoomForTwoHolesOnly() {
        long seed = Long.getLong("waybill.seed", System.nanoTime());
        log.info("{} histories from seed {} (repeat with -Dwaybill.seed={})", HISTORIES / 4, seed, seed);
        assertThat(faults(HISTORIES / 4, seed, () -> new WithHoles(2))).isEmpty();
    }

    @Test
    void aPlainCursorIsCaughtLosingEvents() {
        assertThat(faults(2_000, 1, PlainCursor::new)).containsKey("lost");
    }

    @Test
    void xidOrderIsCaughtInvertingKeys() {
        assertThat(faults(20_000, 1, XidOrder::new)).containsKey("inversion").doesNotContainKey("lost");
    }
}
