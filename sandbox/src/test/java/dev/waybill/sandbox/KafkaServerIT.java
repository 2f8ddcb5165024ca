package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static final int FORWARDED = FreePort.find();

    private static Forwarder forwarder;
    private static KafkaServer kafka;

    @BeforeAll
    static void start() throws IOException {
        forwarder = new Forwarder(FORWARDED);
        kafka = new KafkaServer(new Home(folder), FreePort.find(), Map.of(FORWARDED, forwarder.port()));
        kafka.start();
        kafka.awaitReady(LIMIT);
    }

    @AfterAll
    static void stop() throws IOException {
        kafka.stop();
        forwarder.close();
    }

    @Test
    void keeps_records_and_groups_when_killed() throws Exception {
        create("kept");
        try (KafkaProducer<String, String> producer = producer()) {
            producer.send(new ProducerRecord<>("kept", "k", "v")).get(30, TimeUnit.SECONDS);
        }
        kafka.kill();
        assertThat(kafka.isRunning()).isFalse();
        kafka.start();
        kafka.awaitReady(LIMIT);

        try (KafkaConsumer<String, String> consumer = consumer(kafka.bootstrap())) {
            consumer.subscribe(List.of("kept"));
            awaitTheOne(consumer);
        }
    }

    @Test
    void is_reached_through_others_who_forward_to_it() throws Exception {
        create("forwarded");
        String bootstrap = "127.0.0.1:" + forwarder.port();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS))
                    .singleElement()
                    .satisfies(node -> assertThat(node.port()).isEqualTo(forwarder.port()));
        }
        try (KafkaProducer<String, String> producer = producer(Map.of("bootstrap.servers", bootstrap))) {
            producer.send(new ProducerRecord<>("forwarded", "k", "v")).get(30, TimeUnit.SECONDS);
        }
        try (KafkaConsumer<String, String> consumer = consumer(bootstrap)) {
            consumer.subscribe(List.of("forwarded"));
            awaitTheOne(consumer);
        }
    }

    @Test
    void creates_no_topic_by_itself() throws Exception {
        try (Admin admin = admin()) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("unknown"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
        try (KafkaProducer<String, String> producer = producer(Map.of("max.block.ms", 1000))) {
            assertThatThrownBy(() ->
                            producer.send(new ProducerRecord<>("unknown", "v")).get())
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    private static void awaitTheOne(KafkaConsumer<String, String> consumer) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(consumer.poll(Duration.ofMillis(500)))
                        .singleElement()
                        .satisfies(found -> assertThat(found.value()).isEqualTo("v")));
    }

    private static void create(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
    }

    private static KafkaProducer<String, String> producer() {
        return producer(Map.of("acks", "all"));
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrap()));
        config.putAll(more);
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(String bootstrap) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "group.id", "trial", "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
