package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;

/**
 * An event as its receiver sees it: not seen before, and the next of its subject. An event of a stranger that does not count,
 * one without {@code ce_sequence}, is told from others by source and id: it comes once too, but in no promised order.
 *
 * @param id {@code ce_id}
 * @param source {@code ce_source}
 * @param subject {@code ce_subject}, the id of the aggregate it tells of; null where an event without a sequence names none
 * @param sequence {@code ce_sequence}, the aggregate's own count, or {@link #NO_SEQUENCE}
 * @param type {@code ce_type}
 * @param time {@code ce_time}, or null where the sender gave none
 * @param data the JSON text
 * @param headers the other headers of the record
 * @param mapper reads {@link #data(Class)}
 */
public record InboxEvent(
        String id,
        String source,
        String subject,
        long sequence,
        String type,
        Instant time,
        String data,
        Map<String, String> headers,
        ObjectMapper mapper) {

    /** The sequence of an event whose sender does not count. */
    public static final long NO_SEQUENCE = -1;

    /**
     * The data as an object.
     *
     * @throws UnprocessableEventException if the JSON does not fit: the event goes to the dead letters
     */
    public <T> T data(Class<T> as) {
        try {
            return mapper.readValue(data, as);
        } catch (JsonProcessingException e) {
            throw new UnprocessableEventException(
                    "%s is no %s: %s".formatted(type, as.getSimpleName(), e.getOriginalMessage()), e);
        }
    }
}
