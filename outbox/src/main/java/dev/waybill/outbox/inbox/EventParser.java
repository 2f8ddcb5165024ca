package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.util.unit.DataSize;

/**
 * Reads records as CloudEvents in binary mode. Whatever the bytes are, it does not throw: it tells the fault, and as much
 * of the event's place in its stream as can be made out, so that its successors wait for it.
 */
final class EventParser {

    /** Of source, subject, id and type, in bytes: two of them must fit into an entry of an index, which takes 2,700. */
    private static final int LONGEST_ATTRIBUTE = 1_000;

    private final ObjectMapper mapper;
    private final Set<String> types;
    private final DataSize maxSize;

    EventParser(ObjectMapper mapper, Set<String> types, DataSize maxSize) {
        this.mapper = mapper;
        this.types = types;
        this.maxSize = maxSize;
    }

    Parsed parse(RawRecord raw) {
        Turn turn = turn(raw);
        EventId id = id(raw);
        try {
            return new Parsed(raw, turn, id, event(raw, turn), null);
        } catch (FaultException e) {
            return new Parsed(raw, turn, id, null, e.getMessage());
        }
    }

    /** As much as can be told without knowing what this service understands. */
    static Parsed place(RawRecord raw) {
        return new Parsed(raw, turn(raw), id(raw), null, "not looked at");
    }

    /** Its place in its stream; null if that cannot be told. */
    static Turn turn(RawRecord raw) {
        try {
            return new Turn(new Stream(attribute(raw, "ce_source"), attribute(raw, "ce_subject")), sequence(raw));
        } catch (FaultException e) {
            return null;
        }
    }

    /** What tells it from others, where it has no sequence; null if that cannot be told. */
    static EventId id(RawRecord raw) {
        if (raw.header("ce_sequence") != null) {
            return null;
        }
        try {
            return new EventId(attribute(raw, "ce_source"), attribute(raw, "ce_id"));
        } catch (FaultException e) {
            return null;
        }
    }

    private InboxEvent event(RawRecord raw, Turn turn) throws FaultException {
        if (raw.value() == null) {
            throw new FaultException("the value is null");
        }
        if (raw.size() > maxSize.toBytes()) {
            throw new FaultException(
                    "the record has %d bytes, taken in are up to %d: waybill.outbox.inbox.max-event-size"
                            .formatted(raw.size(), maxSize.toBytes()));
        }
        String version = attribute(raw, "ce_specversion");
        if (!version.equals("1.0")) {
            throw new FaultException("ce_specversion is " + version + ", understood is 1.0");
        }
        boolean sequenced = raw.header("ce_sequence") != null;
        boolean hasSubject = sequenced || raw.header("ce_subject") != null;
        InboxEvent event = new InboxEvent(
                attribute(raw, "ce_id"),
                attribute(raw, "ce_source"),
                hasSubject ? attribute(raw, "ce_subject") : null,
                sequenced ? sequence(raw) : InboxEvent.NO_SEQUENCE,
                attribute(raw, "ce_type"),
                time(raw),
                json(raw.value()),
                otherHeaders(raw),
                mapper);
        if (!types.contains(event.type())) {
            throw new FaultException("unknown type " + event.type());
        }
        return event;
    }

    private static String attribute(RawRecord raw, String name) throws FaultException {
        byte[] value = raw.header(name);
        if (value == null || value.length == 0) {
            throw new FaultException("the header " + name + " is missing");
        }
        if (value.length > LONGEST_ATTRIBUTE) {
            throw new FaultException("the header %s is longer than %d bytes".formatted(name, LONGEST_ATTRIBUTE));
        }
        String text = utf8(value, "the header " + name);
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new FaultException("the header " + name + " has control characters");
        }
        return text;
    }

    private static long sequence(RawRecord raw) throws FaultException {
        String text = attribute(raw, "ce_sequence");
        try {
            long sequence = Long.parseLong(text);
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            throw new FaultException("ce_sequence is no whole number: " + text);
        }
        throw new FaultException("ce_sequence is negative: " + text);
    }

    private static Instant time(RawRecord raw) throws FaultException {
        if (raw.header("ce_time") == null) {
            return null;
        }
        String text = attribute(raw, "ce_time");
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new FaultException("ce_time is no RFC 3339 time: " + text);
        }
    }

    private String json(byte[] value) throws FaultException {
        String text = utf8(value, "the value");
        try (JsonParser parser = mapper.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new FaultException("the value is empty");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new FaultException("the value goes on after its JSON");
            }
            return text;
        } catch (JsonProcessingException e) {
            throw new FaultException("the value is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // from a string nothing can fail to be read
        }
    }

    private static String utf8(byte[] bytes, String what) throws FaultException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FaultException(what + " is no UTF-8");
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

    private static final class FaultException extends Exception {
        FaultException(String message) {
            super(message, null, false, false);
        }
    }
}
