package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;

/**
 * An event as its receiver sees it: not seen before, and the next of its subject.
 *
 * @param id {@code ce_id}
 * @param source {@code ce_source}
 * @param subject {@code ce_subject}, the id of the aggregate it tells of
 * @param sequence {@code ce_sequence}, the aggregate's own count
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
