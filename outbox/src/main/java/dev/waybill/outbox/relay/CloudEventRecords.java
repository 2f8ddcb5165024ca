package dev.waybill.outbox.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Events as CloudEvents 1.0 in the Kafka binding's binary mode: attributes as {@code ce_} headers, the JSON as the value, the
 * subject as the key.
 *
 * <p>What one event has in common with the one before is kept, which with sources, types and seconds is the rule. For one
 * thread at a time.
 */
final class CloudEventRecords {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Header SPEC_VERSION = header("ce_specversion", "1.0");
    private static final Header CONTENT_TYPE = header("content-type", "application/json");

    private final String topic;
    private String lastSource;
    private Header source;
    private String lastType;
    private Header type;
    private long lastSecond = Long.MIN_VALUE;
    private byte[] time;

    CloudEventRecords(String topic) {
        this.topic = topic;
    }

    ProducerRecord<byte[], byte[]> of(StoredEvent event) {
        byte[] subject = utf8(event.subject());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, subject, event.payload());
        Headers headers = record.headers();
        headers.add(SPEC_VERSION);
        headers.add(header("ce_id", event.id().toString()));
        headers.add(source(event.source()));
        headers.add(type(event.type()));
        headers.add(new RecordHeader("ce_subject", subject));
        headers.add(new RecordHeader("ce_time", time(event.occurredAt())));
        headers.add(header("ce_sequence", Long.toString(event.sequence())));
        headers.add(CONTENT_TYPE);
        if (!event.headers().equals("{}")) {
            further(event).forEach((name, value) -> headers.add(header(name, value)));
        }
        return record;
    }

    private Header source(String value) {
        if (!value.equals(lastSource)) {
            lastSource = value;
            source = header("ce_source", value);
        }
        return source;
    }

    private Header type(String value) {
        if (!value.equals(lastType)) {
            lastType = value;
            type = header("ce_type", value);
        }
        return type;
    }

    /** RFC 3339 in UTC with microseconds. */
    private byte[] time(Instant instant) {
        if (instant.getEpochSecond() != lastSecond) {
            lastSecond = instant.getEpochSecond();
            time = utf8(Instant.ofEpochSecond(lastSecond).toString().replace("Z", ".000000Z"));
        }
        byte[] text = time.clone();
        int micros = instant.getNano() / 1_000;
        for (int i = text.length - 2; micros > 0; i--) {
            text[i] = (byte) ('0' + micros % 10);
            micros /= 10;
        }
        return text;
    }

    private static Map<String, String> further(StoredEvent event) {
        try {
            Map<String, String> headers = JSON.readValue(event.headers(), new TypeReference<>() {});
            if (headers == null || headers.containsValue(null)) {
                throw new IllegalArgumentException("outbox.event.headers is no JSON object of texts: it has a null");
            }
            return headers;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "outbox.event.headers is no JSON object of texts: " + e.getOriginalMessage(), e);
        }
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, utf8(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
