package dev.waybill.outbox.inbox;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Listens to one topic. Ends by itself when one of its consumers meets an {@link Error}, or another member has its name. */
final class Listening {

    private final ConcurrentMessageListenerContainer<byte[], byte[]> container;
    private final AtomicInteger threads = new AtomicInteger();
    private volatile boolean fenced;

    Listening(ConcurrentMessageListenerContainer<byte[], byte[]> container, Admission admission) {
        this.container = container;
        SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor(container.getBeanName() + "-");
        executor.setTaskDecorator(this::counted);
        container.getContainerProperties().setListenerTaskExecutor(executor);
        container.setApplicationEventPublisher(event -> {
            admission.heard(topic(), event);
            if (event instanceof ConsumerStoppedEvent stopped
                    && stopped.getReason() == ConsumerStoppedEvent.Reason.FENCED) {
                fenced = true;
            }
        });
    }

    private Runnable counted(Runnable consumer) {
        return () -> {
            threads.incrementAndGet();
            try {
                consumer.run();
            } finally {
                threads.decrementAndGet();
            }
        };
    }

    String topic() {
        return String.join(", ", container.getContainerProperties().getTopics());
    }

    /** What is not started whole is not started. */
    void start() {
        fenced = false;
        try {
            container.start();
        } catch (RuntimeException | Error e) {
            container.stop();
            throw e;
        }
    }

    void stop() {
        container.stop();
    }

    boolean isRunning() {
        return container.isRunning();
    }

    /**
     * Whether it is to begin anew. Its threads are counted, as one that ends for want of memory may not get to tell. Who was fenced
     * is left alone: it would come back and throw out the other member.
     */
    boolean isLost() {
        // In this order: a consumer tells that it was fenced before its thread ends.
        return !container.isRunning() && threads.get() == 0 && !fenced;
    }

    /** Why it does not run, for people. */
    String end() {
        return fenced
                ? "fenced: another member of the group has the same group.instance.id"
                : "ended by an error; it begins anew";
    }
}
