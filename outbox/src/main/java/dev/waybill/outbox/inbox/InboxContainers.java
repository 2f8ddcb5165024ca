package dev.waybill.outbox.inbox;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Starts and stops the listeners, one container a topic. One that is lost begins anew: nobody would notice. */
public final class InboxContainers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(InboxContainers.class);

    private final List<Listening> all;
    private final Duration interval;
    private ScheduledExecutorService watch;
    private volatile boolean running;

    /** @param interval how often is looked for the lost */
    InboxContainers(
            List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers,
            Admission admission,
            Duration interval) {
        this.all = containers.stream()
                .map(container -> new Listening(container, admission))
                .toList();
        this.interval = interval;
    }

    private synchronized void findTheLost() {
        for (Listening listening : all) {
            if (running && listening.isLost()) {
                log.error("{} is not listened to any more, for an error; a new listener is made", listening.topic());
                try {
                    beginAnew(listening);
                } catch (RuntimeException | Error e) {
                    log.error("{} cannot be listened to yet: {}", listening.topic(), e.toString());
                }
            }
        }
    }

    private void beginAnew(Listening listening) {
        if (running) {
            listening.stop();
            listening.start();
        }
    }

    /** The topics that are not listened to, though they should be, with the reason. */
    SortedMap<String, String> ended() {
        SortedMap<String, String> ended = new TreeMap<>();
        for (Listening listening : all) {
            if (running && !listening.isRunning()) {
                ended.put(listening.topic(), listening.end());
            }
        }
        return ended;
    }

    /** Has each that listens do so with new consumers. What they had and did not commit comes again. */
    public synchronized void renew() {
        all.stream().filter(Listening::isRunning).forEach(this::beginAnew);
    }

    @Override
    public synchronized void start() {
        running = true;
        all.forEach(Listening::start);
        // A thread of its own: those of the common pool do not see the classes in a service's jar, and a consumer
        // that they make finds none that its settings name.
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "waybill-inbox-watch");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(this::watch, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void watch() {
        try {
            findTheLost();
        } catch (RuntimeException | Error e) {
            // Without the memory even to log it; and what throws is not called again.
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (watch != null) {
            watch.shutdownNow();
            watch = null;
        }
        all.forEach(Listening::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
