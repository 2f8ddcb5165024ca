package dev.waybill.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts what arrives on a topic from now on. */
final class Receiver implements AutoCloseable {

    private static final Duration LOST = Duration.ofSeconds(60);

    private final KafkaConsumer<byte[], byte[]> consumer;

    Receiver(String bootstrap, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "max.poll.records", 10_000, "allow.auto.create.topics", false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        listenFromNowOn(consumer, topic);
    }

    static void listenFromNowOn(KafkaConsumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // the seek is done only when asked for
    }

    /** Seconds from the first receipt to that of the last event. */
    double receive(long events) {
        long first = 0;
        long last = System.nanoTime();
        long count = 0;
        while (count < events) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
            long now = System.nanoTime();
            if (!records.isEmpty()) {
                first = first == 0 ? now : first;
                last = now;
                count += records.count();
            } else if (now - last > LOST.toNanos()) {
                throw new IllegalStateException("only %d of %d events arrived".formatted(count, events));
            }
        }
        return (last - first) / 1e9;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
