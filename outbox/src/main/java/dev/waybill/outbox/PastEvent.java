package dev.waybill.outbox;

import java.time.Instant;
import java.util.UUID;

/**
 * An event that this service has appended.
 *
 * @param id {@code ce_id}
 * @param occurredAt when it was appended
 * @param publishedAt when it was known to be in Kafka, which is some {@code waybill.outbox.relay.offset-interval} after it
 *     was, and more while the relay has many holes; null if it is not yet, or was skipped
 */
public record PastEvent(long position, UUID id, long sequence, String type, Instant occurredAt, Instant publishedAt) {}
