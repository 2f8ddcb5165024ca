package dev.waybill.outbox.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.util.List;

/** The JSON in the relay's tables; independent of how the service has configured its own. */
final class RelayJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private RelayJson() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null for null. */
    static <T> T read(String json, Class<T> type) {
        return read(json, MAPPER.constructType(type));
    }

    static List<Hole> readHoles(String json) {
        return read(json, MAPPER.getTypeFactory().constructCollectionType(List.class, Hole.class));
    }

    private static <T> T read(String json, JavaType type) {
        try {
            return json == null ? null : MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("outbox.relay_offset holds what this version cannot read: " + json, e);
        }
    }
}
