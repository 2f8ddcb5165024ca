package dev.waybill.bench.contest;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** The business that events tell of: aggregates that count their changes, each under its row's lock. */
final class Business implements AutoCloseable {

    private final HikariDataSource pool;

    Business(Settings settings, int connections) throws SQLException {
        pool = settings.pool(connections);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS bench");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS bench.aggregate (key text PRIMARY KEY, sequence bigint NOT NULL DEFAULT -1)"
                            + " WITH (fillfactor = 50)");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS bench.plain (id uuid PRIMARY KEY, key text NOT NULL, sequence bigint NOT NULL,"
                            + " type text NOT NULL, payload json NOT NULL, occurred_at timestamptz NOT NULL DEFAULT now())");
        }
    }

    /** The aggregates of a round. */
    void prepare(String run, int keys) throws SQLException {
        execute("INSERT INTO bench.aggregate (key) SELECT '%s-' || key FROM generate_series(0, %d - 1) AS key"
                .formatted(run, keys));
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Changes an aggregate. */
    static Contender.Work change(String run, long number, int key) {
        return connection -> {
            String name = run + "-" + key;
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE bench.aggregate SET sequence = sequence + 1 WHERE key = ? RETURNING sequence")) {
                update.setString(1, name);
                try (ResultSet row = update.executeQuery()) {
                    row.next();
                    return new Event(run, name, row.getLong(1), number);
                }
            }
        };
    }

    /** The yardstick of the write: the same change, and the event in a table that nobody reads. */
    void plain(Contender.Work work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Event event = work.on(connection);
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO bench.plain (id, key, sequence, type, payload) VALUES (?, ?, ?, ?, ?::json)")) {
                insert.setObject(1, UUID.randomUUID());
                insert.setString(2, event.key());
                insert.setLong(3, event.sequence());
                insert.setString(4, Event.TYPE);
                insert.setString(5, event.payload());
                insert.executeUpdate();
            }
            connection.commit();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
