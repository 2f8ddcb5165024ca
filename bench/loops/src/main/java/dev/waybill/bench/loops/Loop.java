package dev.waybill.bench.loops;

import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A table, a plain insert, and a thread that reads and sends. */
abstract class Loop implements Contender {

    private final HikariDataSource pool;
    private final String insert;
    private Thread thread;
    private volatile boolean stopping;
    private volatile Exception trouble;

    Loop(Settings settings, String table, String insert) throws SQLException {
        this.pool = settings.pool(17);
        this.insert = insert;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(table);
        }
    }

    /**
     * Reads and sends once.
     *
     * @return how long to wait before the next time
     */
    abstract Duration pass(Connection connection) throws Exception;

    @Override
    public void transact(Work work, boolean rollBack) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Event event = work.on(connection);
            try (PreparedStatement statement = connection.prepareStatement(insert)) {
                statement.setString(1, event.key());
                statement.setString(2, Event.TYPE);
                statement.setString(3, event.payload());
                statement.executeUpdate();
            }
            if (rollBack) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
    }

    @Override
    public void start() throws Exception {
        stopping = false;
        thread = new Thread(this::run, "loop");
        thread.start();
    }

    private void run() {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            while (!stopping) {
                Duration pause = pass(connection);
                if (!pause.isZero() && !stopping) {
                    Thread.sleep(pause.toMillis());
                }
            }
        } catch (Exception e) {
            trouble = e;
        }
    }

    @Override
    public void stop() throws Exception {
        stopping = true;
        thread.join();
        if (trouble != null) {
            throw trouble;
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
