package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Recorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What others do to the topics: records that are none, records once more, a group sent back. */
final class TopicFaults {

    static final List<String> TOPICS = List.of("waybill.orders", "waybill.shipments");

    private static final Duration REWIND_LIMIT = Duration.ofSeconds(15);
    private static final int COPIES = 200;

    private final Cluster cluster;
    private final Recorder recorder;

    TopicFaults(Cluster cluster, Recorder recorder) {
        this.cluster = cluster;
        this.recorder = recorder;
    }

    /** One record of each kind that no receiver can do anything with. */
    Fault poison(String topic) {
        return new Fault("poison", topic, "kafka") {
            @Override
            String strike() throws Exception {
                int sent = 0;
                try (KafkaProducer<byte[], byte[]> producer = producer()) {
                    for (Map.Entry<String, ProducerRecord<byte[], byte[]>> each :
                            poisons(topic).entrySet()) {
                        RecordMetadata at = producer.send(each.getValue()).get(20, TimeUnit.SECONDS);
                        recorder.add(new Poison(topic, at.partition(), at.offset(), each.getKey()));
                        sent++;
                    }
                }
                return sent + " records written";
            }
        };
    }

    private static Map<String, ProducerRecord<byte[], byte[]>> poisons(String topic) {
        Map<String, ProducerRecord<byte[], byte[]>> all = new HashMap<>();
        String type = topic.equals(TOPICS.get(0)) ? "order.placed" : "shipment.booked";
        all.put("no headers", record(topic, "{}", new RecordHeaders()));
        all.put("no JSON", record(topic, "{\"orderId\":", headers(type)));
        all.put("no value", record(topic, null, headers(type)));
        all.put("unheard-of type", record(topic, "{}", headers("order.eaten")));
        all.put("JSON of something else", record(topic, "{\"hello\":[1,2,3]}", headers(type)));
        return all;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String value, Headers headers) {
        byte[] key = ("poison-" + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(
                topic, null, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static Headers headers(String type) {
        Map<String, String> values = Map.of(
                "ce_specversion", "1.0",
                "ce_id", UUID.randomUUID().toString(),
                "ce_source", "/poison",
                "ce_type", type,
                "ce_subject", UUID.randomUUID().toString(),
                "ce_time", "2026-01-01T00:00:00Z",
                "ce_sequence", "0",
                "content-type", "application/json");
        RecordHeaders headers = new RecordHeaders();
        values.forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    /** Some of what lies on the topic once more, as it is, in its order. */
    Fault duplicates(String topic, Random random) {
        return new Fault("duplicates", topic, "kafka") {
            @Override
            String strike() throws Exception {
                List<ProducerRecord<byte[], byte[]>> copies = copies(topic, random);
                try (KafkaProducer<byte[], byte[]> producer = producer()) {
                    for (ProducerRecord<byte[], byte[]> copy : copies) {
                        producer.send(copy).get(20, TimeUnit.SECONDS);
                    }
                }
                if (copies.isEmpty()) {
                    throw new Unavailable("there was nothing to repeat yet");
                }
                return copies.size() + " records written once more";
            }
        };
    }

    private List<ProducerRecord<byte[], byte[]>> copies(String topic, Random random) {
        List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.kafka(), "default.api.timeout.ms", 10_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, Math.max(0, ends.get(partition) - COPIES)));
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(read -> {
                    // Not the poison: each of it is counted.
                    boolean event = read.headers().lastHeader("ce_source") != null
                            && read.key() != null
                            && !new String(read.key(), StandardCharsets.UTF_8).startsWith("poison");
                    if (event && random.nextInt(3) == 0) {
                        copies.add(new ProducerRecord<>(
                                topic, read.partition(), read.key(), read.value(), read.headers()));
                    }
                });
            }
        }
        return copies;
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        cluster.kafka(),
                        "acks",
                        "all",
                        "max.block.ms",
                        20_000,
                        "enable.idempotence",
                        true),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /**
     * All that a service has taken in is delivered to it again: its group goes back to the beginning while its instances
     * start anew, for the broker moves no group that has members.
     */
    Fault rewind(String service) {
        String topic = TOPICS.get(service.equals(Instance.SHIPPING) ? 0 : 1);
        return new Fault("offsets rewound", service, "kafka") {
            @Override
            String strike() throws Exception {
                List<Instance> instances = cluster.instances(service);
                instances.parallelStream()
                        .forEach(instance -> instance.process().stop());
                try (Admin admin = Admin.create(Map.of(
                        "bootstrap.servers",
                        cluster.kafka(),
                        "request.timeout.ms",
                        5_000,
                        "default.api.timeout.ms",
                        5_000))) {
                    long[] back = new long[1];
                    boolean done = Waiting.until(REWIND_LIMIT, () -> {
                        back[0] = rewind(admin, service, topic);
                        return true;
                    });
                    if (!done) {
                        throw new Unavailable("the group had members still, or Kafka was not to be reached");
                    }
                    return back[0] + " records to be delivered again";
                }
            }

            @Override
            String awaitBack() {
                cluster.instances(service).forEach(instance -> ProcessFaults.awaitReady(instance.process()));
                return null;
            }
        };
    }

    /** @return how many records back */
    private static long rewind(Admin admin, String group, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = admin
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(5, TimeUnit.SECONDS)
                .entrySet()
                .stream()
                .filter(entry ->
                        entry.getValue() != null && entry.getKey().topic().equals(topic))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Set<TopicPartition> partitions = committed.keySet();
        admin.alterConsumerGroupOffsets(
                        group,
                        partitions.stream()
                                .collect(Collectors.toMap(
                                        partition -> partition, partition -> new OffsetAndMetadata(0))))
                .all()
                .get(5, TimeUnit.SECONDS);
        return committed.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }
}
