package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * Wakes the holder from another process: NOTIFY, sent after commit from a connection of its own, so that no business
 * transaction takes the server-wide lock that a NOTIFY takes at commit. Many commits become one NOTIFY. It may get lost
 * with its connection: the relay's slow poll finds the events then.
 */
final class Notifications {

    private static final Duration CHECK = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Connections connections;
    private final String channel;
    private final Duration pause;
    private final Bell wanted = new Bell();
    private Worker sender;

    /** @param pause between two: what commits meanwhile shares the second */
    Notifications(Connections connections, String relay, Duration pause) {
        this.connections = connections;
        this.pause = pause;
        this.channel = "\"waybill_outbox_" + relay.replace("\"", "\"\"") + "\"";
    }

    /** Calls {@code wake} for each notification until it is closed. */
    Worker listen(Runnable wake) {
        return new Worker("waybill-relay-listen", worker -> {
            listen(wake, worker);
            return AT_ONCE;
        });
    }

    private void listen(Runnable wake, Worker worker) throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel);
            wake.run(); // for what was notified before the LISTEN
            PGConnection postgres = connection.unwrap(PGConnection.class);
            while (!worker.isClosed()) {
                if (postgres.getNotifications((int) CHECK.toMillis()).length > 0) {
                    wake.run();
                } else {
                    statement.execute("SELECT 1"); // is the other end still there?
                }
            }
        }
    }

    /** Asks for a NOTIFY and returns at once. */
    void send() {
        wanted.ringForEvents();
        startSender();
    }

    private synchronized void startSender() {
        if (sender == null) {
            sender = new Worker("waybill-relay-notify", worker -> {
                try (Connection connection = connections.open();
                        PreparedStatement statement = connection.prepareStatement("NOTIFY " + channel)) {
                    while (!worker.isClosed()) {
                        if (wanted.takeNewEvents()) {
                            statement.execute();
                            LockSupport.parkNanos(pause.toNanos());
                        }
                        wanted.await(Duration.ofMinutes(1));
                    }
                    return AT_ONCE;
                }
            });
        }
    }
}
