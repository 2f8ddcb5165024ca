package dev.waybill.bench.modulith;

import java.util.concurrent.CompletableFuture;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.SendResult;
import org.springframework.messaging.Message;

/**
 * Spring Modulith publishes whenever a transaction commits and cannot be told not to. While the gate is shut a send fails, as
 * it does without a broker, and the publication stays incomplete.
 */
final class Gate extends KafkaTemplate<Object, Object> {

    private volatile boolean open;

    Gate(ProducerFactory<Object, Object> producers) {
        super(producers);
    }

    void open(boolean value) {
        open = value;
    }

    @Override
    public CompletableFuture<SendResult<Object, Object>> send(Message<?> message) {
        return open
                ? super.send(message)
                : CompletableFuture.failedFuture(new IllegalStateException("The gate is shut"));
    }
}
