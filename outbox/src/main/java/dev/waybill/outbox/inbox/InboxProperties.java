package dev.waybill.outbox.inbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How events are received. Group, batch size and the like are {@code spring.kafka.consumer.*}.
 *
 * @param enabled whether this instance listens at all
 * @param concurrency consumers a topic in this instance; more than the topic's partitions stay idle
 * @param acceptFirstSequence whether of a subject of which nothing was seen before the first event that comes is accepted
 *     whatever its sequence, instead of waiting for those before it: for a receiver that joins streams whose beginning is gone. What
 *     came before it is given up: should it come after all, it is dropped as a repetition
 * @param roomInterval how soon to ask again after a handler had no {@linkplain InboxHandler#room() room}, and for how long its answer
 *     is good where it had some
 * @param longestRest how long, at most, events are let gather under load so that they share a transaction; 0 for never,
 *     and not above 1 s, as the listener does not poll meanwhile
 * @param longestBackOff the longest pause between attempts while the database is away
 * @param maxEventSize the largest record taken in (key, headers and value together); a larger one is a dead letter
 * @param letterRetention how long a dead letter stays visible after it was settled
 * @param idRetention how long the id of an event without a sequence is remembered; when it comes again later than that, it
 *     takes effect again
 */
@ConfigurationProperties("waybill.outbox.inbox")
public record InboxProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1") int concurrency,
        @DefaultValue("false") boolean acceptFirstSequence,
        @DefaultValue("500ms") Duration roomInterval,
        @DefaultValue("50ms") Duration longestRest,
        @DefaultValue("5s") Duration longestBackOff,
        @DefaultValue("1MB") DataSize maxEventSize,
        @DefaultValue("7d") Duration letterRetention,
        @DefaultValue("30d") Duration idRetention) {

    /** Far below Kafka's {@code max.poll.interval.ms}; a service that ends waits for it. */
    private static final Duration MOST_REST = Duration.ofSeconds(1);

    public InboxProperties {
        if (concurrency < 1) {
            throw new IllegalArgumentException("waybill.outbox.inbox.concurrency must be at least 1");
        }
        if (roomInterval.toMillis() < 1 || longestBackOff.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "waybill.outbox.inbox: room-interval and longest-back-off must be at least 1ms");
        }
        if (longestRest.compareTo(MOST_REST) > 0) {
            throw new IllegalArgumentException("waybill.outbox.inbox.longest-rest must be at most 1s");
        }
        if (longestRest.isNegative() || letterRetention.isNegative() || idRetention.isNegative()) {
            throw new IllegalArgumentException(
                    "waybill.outbox.inbox: longest-rest, letter-retention and id-retention must not be negative");
        }
    }
}
