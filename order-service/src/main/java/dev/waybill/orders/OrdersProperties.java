package dev.waybill.orders;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The order-service's own settings; their defaults are in {@code application.yml}.
 *
 * @param maxBodySize the largest request body; a larger one is refused with 413 and read no further
 * @param topic the topic of the order events, made by this service
 * @param idempotency how long requests under an {@code Idempotency-Key} are remembered
 */
@ConfigurationProperties("orders")
public record OrdersProperties(DataSize maxBodySize, Topic topic, Idempotency idempotency) {

    /**
     * @param partitions how many consumers can share the events
     * @param replicas how many brokers keep each event
     */
    public record Topic(int partitions, short replicas) {}

    /**
     * @param keepFor how long a request may be repeated under its key
     * @param cleanEvery how often older keys are removed
     */
    public record Idempotency(Duration keepFor, Duration cleanEvery) {}
}
