package dev.waybill.outbox.inbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How events are received. Group, batch size and the like are {@code spring.kafka.consumer.*}.
 *
 * @param enabled whether this instance listens at all
 * @param concurrency consumers a topic in this instance; more than the topic's partitions stay idle
 * @param roomInterval how soon to ask again after a handler had no {@linkplain InboxHandler#room() room}
 * @param longestBackOff the longest pause between attempts while the database is away
 */
@ConfigurationProperties("waybill.outbox.inbox")
public record InboxProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1") int concurrency,
        @DefaultValue("500ms") Duration roomInterval,
        @DefaultValue("5s") Duration longestBackOff) {

    public InboxProperties {
        if (concurrency < 1) {
            throw new IllegalArgumentException("waybill.outbox.inbox.concurrency must be at least 1");
        }
    }
}
