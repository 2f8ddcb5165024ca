package dev.waybill.outbox.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers that do to the outbox what real services do to it: several events a transaction, rollbacks, savepoints, ids
 * taken early, commits that are slow, prepared transactions. An aggregate's sequence is kept in a row and raised under
 * its lock.
 */
public final class Writers implements AutoCloseable {

    private static final int AGGREGATES = 40;

    private final Service service;
    private final Set<String> committed = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean stopped;

    public Writers(Service service) throws SQLException {
        this.service = service;
        try (Connection connection = service.superuser();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE aggregate (id int PRIMARY KEY, next bigint NOT NULL DEFAULT 0)");
            statement.execute("INSERT INTO aggregate SELECT generate_series(1, " + AGGREGATES + ")");
            statement.execute("GRANT SELECT, UPDATE ON aggregate TO orders_app");
        }
    }

    /** @param count writers; each makes transactions until {@link #stop} */
    public void start(int count, long seed) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed + i);
            String prepared = i % 3 == 0 ? "writer_" + i : null;
            running.add(threads.submit(() -> {
                try (Connection connection = service.connect()) {
                    connection.setAutoCommit(false);
                    while (!stopped) {
                        transaction(connection, random, prepared);
                    }
                }
                return null;
            }));
        }
    }

    private void transaction(Connection connection, Random random, String prepared) throws SQLException {
        List<String> written = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            execute(connection, "SELECT pg_current_xact_id()"); // an early id
            pause(random, 3);
        }
        // One aggregate after the other in the order of their ids, so that the writers do not deadlock.
        int aggregate = 0;
        for (int n = 1 + random.nextInt(3); n > 0 && aggregate < AGGREGATES; n--) {
            aggregate += 1 + random.nextInt(AGGREGATES / 3);
            if (aggregate > AGGREGATES) {
                break;
            }
            Savepoint savepoint = random.nextInt(5) == 0 ? connection.setSavepoint() : null;
            String name = write(connection, aggregate);
            if (savepoint != null && random.nextBoolean()) {
                connection.rollback(savepoint);
            } else {
                written.add(name);
            }
            pause(random, 2);
        }
        if (random.nextInt(50) == 0) {
            pause(random, 700); // a slow commit
        }
        if (random.nextInt(5) == 0) {
            connection.rollback();
        } else if (prepared != null && random.nextInt(10) == 0) {
            execute(connection, "PREPARE TRANSACTION '" + prepared + "'");
            connection.setAutoCommit(true);
            pause(random, 20);
            boolean commit = random.nextInt(4) > 0;
            execute(connection, (commit ? "COMMIT" : "ROLLBACK") + " PREPARED '" + prepared + "'");
            connection.setAutoCommit(false);
            if (commit) {
                committed.addAll(written);
            }
        } else {
            connection.commit();
            committed.addAll(written);
        }
    }

    private static String write(Connection connection, int aggregate) throws SQLException {
        try (PreparedStatement raise =
                connection.prepareStatement("UPDATE aggregate SET next = next + 1 WHERE id = ? RETURNING next - 1")) {
            raise.setInt(1, aggregate);
            try (ResultSet row = raise.executeQuery()) {
                row.next();
                Service.insert(connection, "a-" + aggregate, row.getLong(1));
                return "a-" + aggregate + "/" + row.getLong(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void pause(Random random, int mostMillis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis + 1)));
    }

    public int count() {
        return committed.size();
    }

    /** Lets the writers finish; tells which events have committed, as {@code subject/sequence}. */
    public Set<String> stop() throws Exception {
        stopped = true;
        for (Future<?> writer : running) {
            writer.get(30, TimeUnit.SECONDS);
        }
        return committed;
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
