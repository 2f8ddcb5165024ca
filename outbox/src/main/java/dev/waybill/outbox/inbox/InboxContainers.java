package dev.waybill.outbox.inbox;

import java.util.List;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Starts and stops the listeners, one container a topic. */
public final class InboxContainers implements SmartLifecycle {

    private final List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers;
    private volatile boolean running;

    InboxContainers(List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers) {
        this.containers = containers;
    }

    /** Has each listen with new consumers. What they had and did not commit comes again. */
    public synchronized void renew() {
        if (running) {
            containers.forEach(ConcurrentMessageListenerContainer::stop);
            containers.forEach(ConcurrentMessageListenerContainer::start);
        }
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
