package dev.waybill.outbox.relay;

/**
 * A row of {@code outbox.event}, as the relay reads it.
 *
 * @param payload the JSON text, UTF-8
 * @param headers a JSON object of further headers
 * @param occurredAt RFC 3339, in UTC
 */
record StoredEvent(
        long position,
        String id,
        String source,
        String subject,
        long sequence,
        String type,
        byte[] payload,
        String headers,
        String occurredAt) {

    /** Bytes that it keeps in memory, roughly. */
    int size() {
        return payload.length + 2 * (headers.length() + subject.length() + type.length()) + 256;
    }
}
