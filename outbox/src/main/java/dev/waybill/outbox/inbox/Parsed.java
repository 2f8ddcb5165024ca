package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

/**
 * A record read as a CloudEvent in binary mode.
 *
 * @param event null if it is none
 * @param fault why it is none, or why this service does not understand it; null if it is fine
 */
record Parsed(RawRecord raw, InboxEvent event, String fault) {

    static Parsed of(RawRecord raw, ObjectMapper mapper, InboxHandler handler) {
        try {
            InboxEvent event = event(raw, mapper);
            boolean known = handler.types().contains(event.type());
            return new Parsed(raw, event, known ? null : "unknown type " + event.type());
        } catch (MalformedException e) {
            return new Parsed(raw, null, e.getMessage());
        }
    }

    /** The stream it belongs to, or null for what cannot be told. */
    Stream stream() {
        return event == null ? null : new Stream(event.source(), event.subject());
    }

    boolean fine() {
        return fault == null;
    }

    private static InboxEvent event(RawRecord raw, ObjectMapper mapper) throws MalformedException {
        if (raw.value() == null) {
            throw new MalformedException("the value is null");
        }
        String version = attribute(raw, "ce_specversion");
        if (!version.equals("1.0")) {
            throw new MalformedException("ce_specversion is " + version + ", understood is 1.0");
        }
        return new InboxEvent(
                attribute(raw, "ce_id"),
                attribute(raw, "ce_source"),
                attribute(raw, "ce_subject"),
                sequence(attribute(raw, "ce_sequence")),
                attribute(raw, "ce_type"),
                time(raw.header("ce_time")),
                json(raw.value(), mapper),
                otherHeaders(raw),
                mapper);
    }

    private static String attribute(RawRecord raw, String name) throws MalformedException {
        String value = raw.header(name);
        if (value == null || value.isEmpty()) {
            throw new MalformedException("the header " + name + " is missing");
        }
        if (value.length() > 1_000 || value.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedException("the header " + name + " is too long or has control characters");
        }
        return value;
    }

    private static long sequence(String text) throws MalformedException {
        try {
            long sequence = Long.parseLong(text);
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            throw new MalformedException("ce_sequence is no whole number: " + text);
        }
        throw new MalformedException("ce_sequence is negative: " + text);
    }

    private static Instant time(String text) throws MalformedException {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new MalformedException("ce_time is no RFC 3339 time: " + text);
        }
    }

    private static String json(byte[] value, ObjectMapper mapper) throws MalformedException {
        try (JsonParser parser = mapper.createParser(value)) {
            if (parser.nextToken() == null) {
                throw new MalformedException("the value is empty");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new MalformedException("the value goes on after its JSON");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (JsonProcessingException e) {
            throw new MalformedException("the value is no JSON: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw new MalformedException("the value is no UTF-8");
        } catch (MalformedException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedException("the value cannot be read: " + e.getMessage());
        }
    }

    private static Map<String, String> otherHeaders(RawRecord raw) {
        Map<String, String> headers = new HashMap<>();
        for (RawRecord.Header header : raw.headers()) {
            if (!header.name().startsWith("ce_") && header.value() != null) {
                headers.put(header.name(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }

    private static final class MalformedException extends IOException {
        MalformedException(String message) {
            super(message);
        }
    }
}
