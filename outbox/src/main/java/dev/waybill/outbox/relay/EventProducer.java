package dev.waybill.outbox.relay;

import dev.waybill.outbox.deadletter.RawRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends events, as {@link CloudEventRecords}. For one thread at a time. */
final class EventProducer implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final CloudEventRecords records;

    EventProducer(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
        this.records = new CloudEventRecords(topic);
    }

    /**
     * A producer whose promises cannot be configured away; all else is the service's to tune.
     *
     * @param configured {@code spring.kafka.producer.*}
     * @param largestEvent in bytes: what the topic takes the producer must not refuse
     * @param mostBlocking how long a send may hold up the relay's thread, which also keeps the heartbeat
     */
    static Producer<byte[], byte[]> kafka(Map<String, Object> configured, long largestEvent, Duration mostBlocking) {
        return new KafkaProducer<>(
                config(configured, largestEvent, mostBlocking), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Map<String, Object> config(Map<String, Object> configured, long largestEvent, Duration mostBlocking) {
        Map<String, Object> config = new HashMap<>(configured);
        config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5); // or until a flush
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        // A stalled broker stalls the relay; it never makes it drop or reorder.
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, mostBlocking.toMillis());
        // An event's partition is its key's, or it had no order.
        config.remove(ProducerConfig.PARTITIONER_CLASS_CONFIG);
        config.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, false);
        int largestRecord = Math.toIntExact(largestEvent + Topics.BATCH_OVERHEAD);
        raise(config, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestRecord);
        raise(config, ProducerConfig.BUFFER_MEMORY_CONFIG, largestRecord);
        return config;
    }

    private static void raise(Map<String, Object> config, String name, int least) {
        ConfigDef known = ProducerConfig.configDef();
        Object size = config.getOrDefault(name, known.defaultValues().get(name));
        // What is no number is refused by its name.
        Number number =
                (Number) ConfigDef.parseType(name, size, known.configKeys().get(name).type);
        if (number.longValue() < least) {
            config.put(name, least);
        }
    }

    /** @param outcome told once: null when the broker has the event, else why not; possibly from the producer's thread */
    void send(StoredEvent event, Consumer<Exception> outcome) {
        Once once = new Once(outcome);
        try {
            producer.send(records.of(event), once);
        } catch (RuntimeException e) {
            once.tell(e);
        }
    }

    /** Ends the wait of what was sent for more to travel with it, and returns when all of it is answered. For any thread. */
    void flush() {
        producer.flush();
    }

    /** A producer that is broken throws although a batch has the record already, and fails it again as it gives that up. */
    private static final class Once implements Callback {
        private Consumer<Exception> outcome;

        Once(Consumer<Exception> outcome) {
            this.outcome = outcome;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception error) {
            tell(error);
        }

        void tell(Exception error) {
            Consumer<Exception> untold;
            synchronized (this) {
                untold = outcome;
                outcome = null;
            }
            if (untold != null) {
                untold.accept(error);
            }
        }
    }

    /**
     * What would have been sent, for the dead letters; without a partition and with the position for an offset. Without headers of
     * its own where these are what cannot be sent.
     */
    RawRecord raw(StoredEvent event) {
        ProducerRecord<byte[], byte[]> record;
        try {
            record = records.of(event);
        } catch (RuntimeException e) {
            record = records.of(event.withoutHeaders());
        }
        List<RawRecord.Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new RawRecord.Header(header.key(), header.value())));
        return new RawRecord(topic, -1, event.position(), event.occurredAt(), record.key(), record.value(), headers);
    }

    /** Whatever is still with the producer is given up; the next holder sends it again. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
