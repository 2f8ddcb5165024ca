package dev.waybill.orders;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * The order-service's own settings; their defaults are in {@code application.yml}.
 *
 * @param maxBodySize the largest request body; a larger one is refused with 413 and read no further
 * @param topic the topic of the order events, made by this service
 * @param acknowledgementTimeout how long shipping may take to acknowledge an event, until it is published again
 * @param acknowledgementLongestTimeout what that doubles up to, each time there is none still
 * @param idempotency how long requests under an {@code Idempotency-Key} are remembered
 */
@ConfigurationProperties("orders")
public record OrdersProperties(
        DataSize maxBodySize,
        Topic topic,
        Duration acknowledgementTimeout,
        Duration acknowledgementLongestTimeout,
        Idempotency idempotency) {

    public OrdersProperties {
        if (acknowledgementTimeout.toMillis() < 1
                || acknowledgementLongestTimeout.compareTo(acknowledgementTimeout) < 0) {
            throw new IllegalArgumentException("orders.acknowledgement-timeout must be more than 0, and"
                    + " orders.acknowledgement-longest-timeout not below it");
        }
    }

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
