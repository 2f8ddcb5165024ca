package dev.waybill.outbox.relay;

import dev.waybill.outbox.deadletter.DeadLetters;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private final DeadLetters deadLetters;
    private final Retention retention;
    private final Replays replays;
    private final RelayStatus status;
    private final String holder;
    private final Bell bell = new Bell();
    private final List<Worker> besides = new ArrayList<>();
    private volatile Thread thread;
    private volatile Publishing publishing;

    Relay(
            RelayProperties properties,
            Connections connections,
            Topics topics,
            Supplier<EventProducer> producers,
            Notifications notifications,
            DeadLetters deadLetters,
            Retention retention,
            Replays replays,
            RelayStatus status,
            String holder) {
        this.properties = properties;
        this.connections = connections;
        this.topics = topics;
        this.producers = producers;
        this.notifications = notifications;
        this.deadLetters = deadLetters;
        this.retention = retention;
        this.replays = replays;
        this.status = status;
        this.holder = holder;
    }

    /** Events have committed in this process: wakes the holder, here or in another one. Returns at once. */
    public void committed(int events) {
        status.appended(events);
        if (status.active()) {
            bell.ringForEvents();
        } else {
            notifications.send();
        }
    }

    /** Has it begin anew with another producer, even while it waits for the one that it has. What was on its way is repeated. */
    public void renew() {
        Publishing current = publishing;
        if (current != null) {
            current.giveUp();
        }
    }

    /** Whatever fails, and on whatever line, ends here; the next attempt starts from the offset with all things fresh. */
    private void run() {
        while (running()) {
            Duration pause = properties.standbyInterval();
            try {
                topics.prepare();
                publishWhileHolding();
            } catch (SQLException | RuntimeException | Error e) { // an error too must not end the thread
                status.retrying(e);
                pause = Refused.is(e) ? Refused.AGAIN_AFTER : pause;
            }
            if (running()) {
                bell.await(pause);
            }
        }
    }

    private void publishWhileHolding() throws SQLException {
        try (PublishingRight right = new PublishingRight(connections.open(), properties, holder)) {
            if (!standByFor(right)) {
                return;
            }
            try (EventReader reader = new EventReader(connections::open);
                    Publishing publishing =
                            new Publishing(properties, right, reader, producers, deadLetters, bell, status)) {
                status.activated();
                besides.add(notifications.listen(bell::ringForEvents));
                besides.add(retention.start());
                besides.add(replays.start(producers));
                this.publishing = publishing;
                publishing.run(this::running);
            }
        } finally {
            publishing = null;
            besides.forEach(Worker::close);
            besides.clear();
            status.standingBy();
        }
    }

    /** @return whether the right was got; else it is time to stop */
    private boolean standByFor(PublishingRight right) throws SQLException {
        while (!right.tryAcquire()) {
            status.fine();
            bell.await(properties.standbyInterval());
            if (!running()) {
                return false;
            }
        }
        return true;
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
