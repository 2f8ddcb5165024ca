package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The right to publish: a session lock, the heartbeat and the offset, all on one connection.
 *
 * <p>Why a zombie cannot move the offset: the lock lives as long as the session, and the offset is written in that
 * session only. A holder that freezes stops sending its heartbeat, the server ends the idle session, and with it go the
 * lock and every way to write the offset. Whoever comes next starts from the offset last written. What the zombie still
 * has with its producer can only arrive twice.
 */
final class PublishingRight implements AutoCloseable {

    private final Connection connection;
    private final String relay;
    private final String holder;

    /** @param connection a new one, closed with this */
    PublishingRight(Connection connection, RelayProperties properties, String holder) throws SQLException {
        this.connection = connection;
        this.relay = properties.name();
        this.holder = holder;
        try {
            prepare(properties.sessionTimeout().toMillis());
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Tries once; the right is free again as soon as the holder's session has ended, however it ended. */
    boolean tryAcquire() throws SQLException {
        if (!lock()) {
            return false;
        }
        takeOver();
        return true;
    }

    private void prepare(long timeoutMillis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = " + timeoutMillis);
            statement.execute("SET tcp_user_timeout = " + timeoutMillis);
            // Losing an offset write in a crash of the server only repeats; waiting for its disk would cost each pass.
            statement.execute("SET synchronous_commit = off");
        }
    }

    private boolean lock() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_try_advisory_lock(hashtextextended('waybill.outbox.relay/' || ?, 0))")) {
            statement.setString(1, relay);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private void takeOver() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                INSERT INTO outbox.relay_offset AS o (relay, holder, heartbeat_at) VALUES (?, ?, now())
                ON CONFLICT (relay) DO UPDATE SET holder = excluded.holder, heartbeat_at = excluded.heartbeat_at,
                    stopped = NULL, request = NULL -- it will be seen whether the event can be published now
                """)) {
            statement.setString(1, relay);
            statement.setString(2, holder);
            statement.executeUpdate();
        }
    }

    Offset load() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT position, holes FROM outbox.relay_offset WHERE relay = ?")) {
            statement.setString(1, relay);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Offset(row.getLong(1), RelayJson.readHoles(row.getString(2)));
            }
        }
    }

    /**
     * Writes the offset, and in the same statement when its events were published.
     *
     * @param before the offset written last
     * @param filled the positions that were holes in it and are published now
     */
    Control save(Offset before, Offset offset, List<Long> filled) throws SQLException {
        return update(
                """
                WITH logged AS (
                    INSERT INTO outbox.publication (relay, first_position, last_position)
                    SELECT ?, first, last FROM (
                        SELECT ?::bigint, ?::bigint UNION ALL SELECT hole, hole FROM unnest(?::bigint[]) AS hole
                    ) AS range(first, last)
                    WHERE first <= last -- else it has not moved
                    ON CONFLICT DO NOTHING -- whatever was done to the offset by hand, it can be written
                )""",
                "position = ?, holes = ?::jsonb, heartbeat_at = now()",
                relay,
                before.position() + 1,
                offset.position(),
                filled.toArray(Long[]::new),
                offset.position(),
                RelayJson.write(offset.holes()));
    }

    Control heartbeat() throws SQLException {
        return update("", "heartbeat_at = now()");
    }

    /** Leaves word, for every instance and the next holder to see, that this event cannot be published. */
    void stopped(Control.Stopped event) throws SQLException {
        update("", "stopped = ?::jsonb, request = NULL", RelayJson.write(event));
    }

    /** It can be published after all. */
    void goesOn() throws SQLException {
        update("", "stopped = NULL, request = NULL");
    }

    private Control update(String with, String assignments, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(with + " UPDATE outbox.relay_offset SET "
                + assignments + " WHERE relay = ? RETURNING paused, request")) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.setString(values.length + 1, relay);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Control(
                        RelayJson.read(row.getString(1), Control.Pause.class),
                        RelayJson.read(row.getString(2), Control.Request.class));
            }
        }
    }

    /** A transaction id above that of every transaction that has one by now. */
    long freshTransactionId() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text::bigint")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
