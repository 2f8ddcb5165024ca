package dev.waybill.systemtests.outside;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What lies on a topic, read by a stranger: no group, none of the services' code. */
public final class Topic {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Topic() {}

    /** A record; id to sequence by its CloudEvents headers, null where those are missing. */
    public record Event(
            int partition,
            long offset,
            String key,
            String id,
            String type,
            String source,
            String subject,
            Long sequence) {

        private static Event of(ConsumerRecord<String, byte[]> read) {
            String sequence = header(read, "ce_sequence");
            return new Event(
                    read.partition(),
                    read.offset(),
                    read.key(),
                    header(read, "ce_id"),
                    header(read, "ce_type"),
                    header(read, "ce_source"),
                    header(read, "ce_subject"),
                    sequence == null ? null : Long.valueOf(sequence));
        }

        private static String header(ConsumerRecord<String, byte[]> read, String name) {
            Header header = read.headers().lastHeader(name);
            return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    }

    /** Everything that is on the topic now, each partition in its order. */
    public static List<Event> read(Endpoints system, String topic) {
        Stopwatch stopwatch = new Stopwatch();
        List<Event> events = new ArrayList<>();
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                system.kafka(),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5000);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (stopwatch.elapsed().compareTo(PATIENCE) > 0) {
                    throw new AssertionError("%s ends at %s, %d records read".formatted(topic, ends, events.size()));
                }
                consumer.poll(Duration.ofMillis(100)).forEach(read -> events.add(Event.of(read)));
            }
        }
        return events;
    }
}
