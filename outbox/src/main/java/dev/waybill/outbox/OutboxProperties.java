package dev.waybill.outbox;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a service says of its outbox.
 *
 * @param source the {@code ce_source} of every event of this service: a URI reference such as {@code /orders}
 * @param topic the Kafka topic that the relay publishes to
 * @param maxEventSize the largest event on the wire (key, headers and value together), at most 16 MB; must stay below the topic's
 *     {@code max.message.bytes}, which is checked when the relay starts
 * @param migrate whether the start of the service makes and updates schema {@code outbox}; without it, the schema's owner
 *     does, by the migrations in {@code dev/waybill/outbox/migration}
 */
@ConfigurationProperties("waybill.outbox")
public record OutboxProperties(
        String source,
        String topic,
        @DefaultValue("900000B") DataSize maxEventSize,
        @DefaultValue("true") boolean migrate) {

    /** Half of what a producer may keep by default, and a quarter of what the relay reads at a time. */
    private static final DataSize LARGEST = DataSize.ofMegabytes(16);

    public OutboxProperties {
        if (source == null || source.isBlank()) {
            throw new IllegalArgumentException("waybill.outbox.source is missing: a URI reference such as /orders");
        }
        if (topic == null || topic.isBlank()) {
            throw new IllegalArgumentException("waybill.outbox.topic is missing: the topic the relay publishes to");
        }
        if (maxEventSize.toBytes() < 1 || maxEventSize.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("waybill.outbox.max-event-size must be from 1B to 16MB");
        }
    }
}
