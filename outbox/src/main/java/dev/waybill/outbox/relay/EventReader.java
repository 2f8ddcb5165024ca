package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postgresql.PGStatement;

/** Reads {@code outbox.event} for the relay, on a connection of its own. */
final class EventReader implements AutoCloseable {

    /** @param complete whether nothing was cut off by the limits of rows and bytes */
    record Read(long horizon, List<StoredEvent> events, boolean complete) {}

    /** What is new: a walk along the primary key from the position on, whatever lies behind it. */
    static final String NEXT =
            "SELECT " + EventRows.COLUMNS + " FROM outbox.event e WHERE e.position > ? ORDER BY e.position LIMIT ?";

    /**
     * The holes first, then what is new, both from one snapshot: two index scans, appended. (An OR of the two conditions
     * would let the planner scan the backlog.) Holes lie below what is new, so the rows come in the order of positions.
     */
    static final String HOLES_AND_NEXT = """
            SELECT * FROM (
                (SELECT late.* FROM unnest(?::bigint[], ?::bigint[]) AS hole(first, last)
                 CROSS JOIN LATERAL (
                     SELECT %1$s FROM outbox.event e
                     WHERE e.position BETWEEN hole.first AND hole.last ORDER BY e.position LIMIT ?) late)
                UNION ALL
                (%2$s)) events
            LIMIT ?
            """.formatted(EventRows.COLUMNS, NEXT);

    private static final Duration HORIZON_INTERVAL = Duration.ofMillis(20);

    /** Most events in a careful read: each is a round trip. */
    private static final int CAREFULLY = 500;

    private final Opening opening;
    private final EventRows eventRows = new EventRows();
    private Connection connection;
    private boolean closed;
    private long horizon;
    private long horizonReadAt = System.nanoTime() - HORIZON_INTERVAL.toNanos();

    /** Of a connection of the reader's own, which closes it. */
    interface Opening {
        Connection open() throws SQLException;
    }

    EventReader(Opening opening) throws SQLException {
        this.opening = opening;
        connect();
    }

    private synchronized void connect() throws SQLException {
        if (closed) {
            throw new SQLException("the relay reads no more here");
        }
        connection = opening.open();
        try (Statement statement = connection.createStatement()) {
            // Stale statistics must not talk the planner into a scan or sort of the backlog.
            statement.execute("""
                    SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET jit = off;
                    SET max_parallel_workers_per_gather = 0; SET plan_cache_mode = force_generic_plan;
                    SET default_transaction_read_only = on
                    """);
        }
        connection.setAutoCommit(false); // a cursor, and with it the bound on bytes, needs a transaction
    }

    /**
     * Where it fails, it is tried once more and carefully: events that are much larger than those before them may be more than
     * one fetch may bring, which costs the connection.
     */
    Read read(long after, Collection<Hole> holes, int mostEvents, long mostBytes) throws SQLException {
        try {
            return read(after, holes, mostEvents, mostBytes, false);
        } catch (SQLException e) {
            connection.close();
            connect();
            return read(after, holes, Math.min(mostEvents, CAREFULLY), mostBytes, true);
        }
    }

    private Read read(long after, Collection<Hole> holes, int mostEvents, long mostBytes, boolean oneByOne)
            throws SQLException {
        // The horizon is read in a statement before the read's own: it may lag behind it, never run ahead. So an old
        // one will do.
        if (!holes.isEmpty() && System.nanoTime() - horizonReadAt >= HORIZON_INTERVAL.toNanos()) {
            horizon = horizon();
            horizonReadAt = System.nanoTime();
        }
        List<StoredEvent> events = new ArrayList<>();
        long bytes = 0;
        boolean cut = false;
        try (PreparedStatement statement = prepare(after, holes, mostEvents)) {
            if (oneByOne) {
                statement.unwrap(PGStatement.class).setAdaptiveFetch(false);
                statement.setFetchSize(1);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    StoredEvent event = eventRows.event(rows);
                    events.add(event);
                    bytes += event.size();
                    if (bytes >= mostBytes) {
                        cut = true;
                        break;
                    }
                }
            }
        }
        connection.commit();
        return new Read(horizon, events, !cut && events.size() < mostEvents);
    }

    private PreparedStatement prepare(long after, Collection<Hole> holes, int mostEvents) throws SQLException {
        if (holes.isEmpty()) {
            PreparedStatement statement = connection.prepareStatement(NEXT);
            statement.setLong(1, after);
            statement.setInt(2, mostEvents);
            return statement;
        }
        PreparedStatement statement = connection.prepareStatement(HOLES_AND_NEXT);
        statement.setArray(1, bigints(holes.stream().map(Hole::first).toArray()));
        statement.setArray(2, bigints(holes.stream().map(Hole::last).toArray()));
        statement.setInt(3, mostEvents);
        statement.setLong(4, after);
        statement.setInt(5, mostEvents);
        statement.setInt(6, mostEvents);
        return statement;
    }

    private java.sql.Array bigints(Object[] values) throws SQLException {
        return connection.createArrayOf("bigint", values);
    }

    /** The oldest transaction still running, prepared ones included. */
    private long horizon() throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        closed = true;
        connection.close();
    }
}
