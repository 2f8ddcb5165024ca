package dev.waybill.outbox.inbox;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/**
 * Starts and stops the listeners, one container a topic. One that has ended because its consumer met an {@link Error}
 * begins anew: nobody would notice.
 */
public final class InboxContainers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(InboxContainers.class);

    private final List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers;
    private final Admission admission;
    private final Duration pause;
    private volatile boolean running;

    /** @param pause before a container begins anew */
    InboxContainers(
            List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers, Admission admission, Duration pause) {
        this.containers = containers;
        this.admission = admission;
        this.pause = pause;
        containers.forEach(container -> container.setApplicationEventPublisher(event -> heard(container, event)));
    }

    private void heard(ConcurrentMessageListenerContainer<byte[], byte[]> container, Object event) {
        String topic = topic(container);
        admission.heard(topic, event);
        // Not one that was fenced: it would come back and throw out the other member that has its name.
        if (event instanceof ConsumerStoppedEvent stopped && stopped.getReason() == ConsumerStoppedEvent.Reason.ERROR) {
            log.error("{} is not listened to any more, for an error; a new listener is made", topic);
            beginAnewLater(container);
        }
    }

    /** By another thread: this may be the consumer's own, which is waited for. */
    private void beginAnewLater(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    try {
                        beginAnew(container);
                    } catch (RuntimeException | Error e) {
                        log.error("{} cannot be listened to yet: {}", topic(container), e.toString());
                        beginAnewLater(container);
                    }
                });
    }

    private synchronized void beginAnew(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
        if (running) {
            container.stop();
            container.start();
        }
    }

    private static String topic(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
        return String.join(", ", container.getContainerProperties().getTopics());
    }

    /** Has each listen with new consumers. What they had and did not commit comes again. */
    public synchronized void renew() {
        containers.forEach(this::beginAnew);
    }

    @Override
    public synchronized void start() {
        containers.forEach(ConcurrentMessageListenerContainer::start);
        running = true;
    }

    @Override
    public synchronized void stop() {
        running = false;
        containers.forEach(ConcurrentMessageListenerContainer::stop);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
