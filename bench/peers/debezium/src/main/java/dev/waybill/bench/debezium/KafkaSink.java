package dev.waybill.bench.debezium;

import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/** Sends a batch, and lets Debezium go on when Kafka has acknowledged all of it. */
final class KafkaSink implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>>, AutoCloseable {

    private final KafkaProducer<String, String> producer;

    KafkaSink(String bootstrap, Map<String, String> tuning) {
        Map<String, Object> config = new HashMap<>(tuning);
        config.put("bootstrap.servers", bootstrap);
        config.put("acks", "all");
        producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    @Override
    public synchronized void handleBatch(
            List<RecordChangeEvent<SourceRecord>> events,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (Thread.interrupted()) { // by an engine that ends, and does not wait for this
            throw new InterruptedException();
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>(events.size());
        for (RecordChangeEvent<SourceRecord> event : events) {
            sent.add(producer.send(message(event.record())));
        }
        producer.flush();
        try {
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        } catch (ExecutionException e) {
            // Nothing of the batch is marked, and the engine ends.
            throw new IllegalStateException("Kafka did not take an event", e.getCause());
        }
        for (RecordChangeEvent<SourceRecord> event : events) {
            committer.markProcessed(event);
        }
        committer.markBatchFinished();
    }

    /** After the engine's end: lets whatever it was cut short in sending arrive. */
    synchronized void settle() {
        producer.flush();
    }

    /** As the event router has made it: payload, key, and the id in a header. */
    private static ProducerRecord<String, String> message(SourceRecord routed) {
        ProducerRecord<String, String> message =
                new ProducerRecord<>(routed.topic(), (String) routed.key(), (String) routed.value());
        for (Header header : routed.headers()) {
            message.headers().add(header.key(), header.value().toString().getBytes(StandardCharsets.UTF_8));
        }
        return message;
    }

    @Override
    public void close() {
        producer.close();
    }
}
