package dev.waybill.outbox.relay;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of {@code outbox.event}, as the relay reads it.
 *
 * @param payload the JSON text, UTF-8
 * @param headers a JSON object of further headers
 */
record StoredEvent(
        long position,
        UUID id,
        String source,
        String subject,
        long sequence,
        String type,
        byte[] payload,
        String headers,
        Instant occurredAt) {

    StoredEvent withoutHeaders() {
        return new StoredEvent(position, id, source, subject, sequence, type, payload, "{}", occurredAt);
    }

    /** Bytes that it keeps in memory, roughly. */
    int size() {
        return payload.length + 2 * (headers.length() + subject.length() + type.length()) + 256;
    }
}
