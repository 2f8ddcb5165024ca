package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the holder from another process: NOTIFY, sent after commit from a connection of its own, so that no business
 * transaction takes the server-wide lock that a NOTIFY takes at commit. Many commits become one NOTIFY. It may get lost
 * with its connection: the relay's slow poll finds the events then.
 */
final class Notifications {

    /** One thread and one connection, open while it lives, opened again after a failure. */
    final class Listening implements AutoCloseable {
        private final Thread thread;
        private volatile boolean closed;

        private Listening(Runnable wake) {
            thread = new Thread(() -> run(wake), "waybill-relay-listen");
            thread.setDaemon(true);
            thread.start();
        }

        private void run(Runnable wake) {
            while (!closed) {
                try (Connection connection = connections.open();
                        Statement statement = connection.createStatement()) {
                    statement.execute("LISTEN " + channel);
                    wake.run(); // what was notified before the LISTEN
                    PGConnection postgres = connection.unwrap(PGConnection.class);
                    while (!closed) {
                        if (postgres.getNotifications((int) CHECK.toMillis()).length > 0) {
                            wake.run();
                        } else {
                            statement.execute("SELECT 1"); // is the other end still there?
                        }
                    }
                } catch (SQLException e) {
                    log.debug("listening for {} was interrupted", channel, e);
                    pause.await(CHECK);
                }
            }
        }

        private final Bell pause = new Bell();

        @Override
        public void close() {
            closed = true;
            pause.ring();
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final Duration CHECK = Duration.ofSeconds(1);

    private final Connections connections;
    private final String channel;
    private final Bell wanted = new Bell();
    private volatile Thread sender;

    Notifications(Connections connections, String relay) {
        this.connections = connections;
        this.channel = "\"waybill_outbox_" + relay.replace("\"", "\"\"") + "\"";
    }

    Listening listen(Runnable wake) {
        return new Listening(wake);
    }

    /** Asks for a NOTIFY and returns at once. */
    void send() {
        if (sender == null) {
            startSender();
        }
        wanted.ringForEvents();
    }

    private synchronized void startSender() {
        if (sender == null) {
            sender = new Thread(this::run, "waybill-relay-notify");
            sender.setDaemon(true);
            sender.start();
        }
    }

    private void run() {
        while (true) {
            try (Connection connection = connections.open();
                    Statement statement = connection.createStatement()) {
                while (true) {
                    wanted.await(Duration.ofMinutes(1));
                    if (wanted.takeNewEvents()) {
                        statement.execute("NOTIFY " + channel);
                    }
                }
            } catch (SQLException e) {
                log.debug("notifying {} was interrupted", channel, e);
                wanted.await(CHECK);
            }
        }
    }
}
