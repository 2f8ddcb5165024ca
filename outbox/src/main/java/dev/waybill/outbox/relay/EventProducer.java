package dev.waybill.outbox.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends events as CloudEvents 1.0 in the Kafka binding's binary mode: attributes as {@code ce_} headers, the JSON as the
 * value, the subject as the key.
 */
final class EventProducer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] SPEC_VERSION = utf8("1.0");
    private static final byte[] CONTENT_TYPE = utf8("application/json");

    private final Producer<String, byte[]> producer;
    private final String topic;

    EventProducer(Producer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * A producer whose promises cannot be configured away; all else is the service's to tune.
     *
     * @param configured {@code spring.kafka.producer.*}
     * @param mostBlocking how long a send may hold up the relay's thread, which also keeps the heartbeat
     */
    static Producer<String, byte[]> kafka(Map<String, Object> configured, Duration mostBlocking) {
        Map<String, Object> config = new HashMap<>(configured);
        config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        // A stalled broker stalls the relay; it never makes it drop or reorder.
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, mostBlocking.toMillis());
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** @param outcome told once: null when the broker has the event, else why not; possibly from the producer's thread */
    void send(StoredEvent event, Consumer<Exception> outcome) {
        // One that is broken throws although a batch has the record already, and fails it again as it gives that up.
        AtomicBoolean told = new AtomicBoolean();
        Consumer<Exception> once = error -> {
            if (told.compareAndSet(false, true)) {
                outcome.accept(error);
            }
        };
        try {
            producer.send(record(topic, event), (metadata, error) -> once.accept(error));
        } catch (RuntimeException e) {
            once.accept(e);
        }
    }

    /** What would have been sent, for the dead letters; without a partition and with the position for an offset. */
    RawRecord raw(StoredEvent event) {
        ProducerRecord<String, byte[]> record = record(topic, event);
        List<RawRecord.Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new RawRecord.Header(header.key(), header.value())));
        return new RawRecord(
                topic,
                -1,
                event.position(),
                Instant.parse(event.occurredAt()),
                utf8(event.subject()),
                event.payload(),
                headers);
    }

    static ProducerRecord<String, byte[]> record(String topic, StoredEvent event) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, event.subject(), event.payload());
        Headers headers = record.headers();
        headers.add("ce_specversion", SPEC_VERSION);
        headers.add("ce_id", utf8(event.id()));
        headers.add("ce_source", utf8(event.source()));
        headers.add("ce_type", utf8(event.type()));
        headers.add("ce_subject", utf8(event.subject()));
        headers.add("ce_time", utf8(event.occurredAt()));
        headers.add("ce_sequence", utf8(Long.toString(event.sequence())));
        headers.add("content-type", CONTENT_TYPE);
        if (!event.headers().equals("{}")) {
            further(event).forEach((name, value) -> headers.add(name, utf8(value)));
        }
        return record;
    }

    private static Map<String, String> further(StoredEvent event) {
        try {
            return JSON.readValue(event.headers(), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "outbox.event.headers is no JSON object of texts: " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whatever is still with the producer is given up; the next holder sends it again. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
