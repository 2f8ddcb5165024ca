package dev.waybill.outbox;

import java.util.Map;
import java.util.Objects;

/**
 * A fact about one aggregate, to be told to others once the transaction that appends it has committed. On Kafka it is a
 * <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">CloudEvent
 * in binary mode</a>.
 *
 * @param subject the aggregate's id ({@code ce_subject}, and the Kafka key by which order is kept); 1 to 255 characters, no
 *     control characters
 * @param sequence the aggregate's own count of its events ({@code ce_sequence}): 0, 1, 2, … without gaps. Keep it in the
 *     aggregate's row and raise it under that row's lock: order per key rests on it
 * @param type what happened ({@code ce_type}), such as {@code order.placed}; 1 to 255 characters, no control characters
 * @param data written as JSON by the application's {@code ObjectMapper}
 * @param headers further headers of the Kafka record, text only; names beginning with {@code ce_} are refused
 */
public record OutboxEvent(String subject, long sequence, String type, Object data, Map<String, String> headers) {

    private static final int LONGEST_NAME = 255;

    public OutboxEvent {
        requireName("subject", subject);
        requireName("type", type);
        Objects.requireNonNull(data, "data");
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative, but is " + sequence);
        }
        headers = Map.copyOf(headers);
        for (String name : headers.keySet()) {
            if (name.startsWith("ce_") || name.equals("content-type")) {
                throw new IllegalArgumentException("header " + name + " is written by the relay alone");
            }
        }
    }

    public OutboxEvent(String subject, long sequence, String type, Object data) {
        this(subject, sequence, type, data, Map.of());
    }

    private static void requireName(String what, String value) {
        if (value == null || value.isBlank() || value.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(what + " must have 1 to " + LONGEST_NAME + " characters, but is "
                    + (value == null || value.isBlank() ? "empty" : value.length() + " long"));
        }
        // Of such a one no receiver could tell its place, so that nothing would wait for it.
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(what + " must not have control characters");
        }
    }
}
