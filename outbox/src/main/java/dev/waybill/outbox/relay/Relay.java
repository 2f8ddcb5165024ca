package dev.waybill.outbox.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;

/**
 * The relay of this instance: a thread that tries to get the right to publish, publishes while it has it, and begins
 * anew whatever goes wrong. See {@link Position} for why nothing is lost, {@link InFlight} for order, and
 * {@link PublishingRight} for why only one publishes.
 */
public final class Relay implements SmartLifecycle {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

    private final RelayProperties properties;
    private final Connections connections;
    private final Topics topics;
    private final Supplier<EventProducer> producers;
    private final Notifications notifications;
    private final RelayStatus status;
    private final String holder;
    private final Bell bell = new Bell();
    private volatile Thread thread;

    Relay(
            RelayProperties properties,
            Connections connections,
            Topics topics,
            Supplier<EventProducer> producers,
            Notifications notifications,
            RelayStatus status,
            String holder) {
        this.properties = properties;
        this.connections = connections;
        this.topics = topics;
        this.producers = producers;
        this.notifications = notifications;
        this.status = status;
        this.holder = holder;
    }

    /** Events have committed in this process: wakes the holder, here or in another one. Returns at once. */
    public void committed() {
        if (status.state() == RelayStatus.State.STANDBY) {
            notifications.send();
        } else {
            bell.ringForEvents();
        }
    }

    private void run() {
        while (running()) {
            try {
                topics.prepare();
                publishWhileHolding();
            } catch (SQLException | RuntimeException e) {
                status.standingBy();
                status.retrying(e);
            }
            if (running()) {
                bell.await(properties.standbyInterval());
            }
        }
    }

    private void publishWhileHolding() throws SQLException {
        Optional<PublishingRight> acquired = PublishingRight.tryAcquire(connections, properties, holder);
        if (acquired.isEmpty()) {
            status.standingBy();
            return;
        }
        try (PublishingRight right = acquired.get();
                EventReader reader = new EventReader(connections.open());
                EventProducer producer = producers.get();
                Notifications.Listening listening = notifications.listen(bell::ringForEvents)) {
            new Publishing(properties, right, reader, producer, bell, status).run(this::running);
        } finally {
            status.standingBy();
        }
    }

    private boolean running() {
        return thread == Thread.currentThread();
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            thread = new Thread(this::run, "waybill-relay");
            thread.start();
        }
    }

    @Override
    public synchronized void stop() {
        Thread stopping = thread;
        if (stopping == null) {
            return;
        }
        thread = null;
        bell.ring();
        try {
            stopping.join(STOP_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isAutoStartup() {
        return properties.enabled();
    }

    /** Before the web server at the start and after it at the end: what its last requests commit is published still. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 4096;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
