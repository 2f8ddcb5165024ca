package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Service;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.config.TopicBuilder;

/** Records of every kind against the real inbox: what was applied, how often and in which order is in a table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InboxIT {

    /** Subjects whose handling fails for now. */
    static final Set<String> FAILING = ConcurrentHashMap.newKeySet();

    @SpringBootApplication
    static class Receiver {

        @Bean
        NewTopic topic(org.springframework.core.env.Environment environment) {
            return TopicBuilder.name(environment.getRequiredProperty("waybill.outbox.topic"))
                    .partitions(2)
                    .replicas(1)
                    .build();
        }

        @Bean
        InboxHandler handler(JdbcTemplate jdbc, org.springframework.core.env.Environment environment) {
            return new InboxHandler() {
                @Override
                public String topic() {
                    return environment.getRequiredProperty("waybill.outbox.topic");
                }

                @Override
                public Set<String> types() {
                    return Set.of("test.happened");
                }

                @Override
                public void handle(List<InboxEvent> events) {
                    for (InboxEvent event : events) {
                        jdbc.update(
                                "INSERT INTO public.effect (subject, sequence) VALUES (?, ?)",
                                event.subject(),
                                event.sequence());
                        if (FAILING.contains(event.subject() + "/" + event.sequence())) {
                            throw new IllegalStateException("cannot handle " + event.subject());
                        }
                    }
                }
            };
        }
    }

    private final Service service = Service.create();
    private ConfigurableApplicationContext application;
    private KafkaProducer<String, byte[]> producer;

    @BeforeAll
    void start() throws Exception {
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE TABLE public.effect (id bigserial, subject text, sequence bigint)");
            statement.execute("GRANT ALL ON public.effect, public.effect_id_seq TO orders_app");
        }
        SpringApplicationBuilder builder = new SpringApplicationBuilder(Receiver.class);
        application = builder.run(service.properties().entrySet().stream()
                .map(p -> "--" + p.getKey() + "=" + p.getValue())
                .toArray(String[]::new));
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.get().kafkaBootstrap()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    void stop() {
        producer.close();
        application.close();
    }

    private ProducerRecord<String, byte[]> event(String subject, long sequence) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(service.topic(), subject, ("{\"n\":" + sequence + "}").getBytes(UTF_8));
        record.headers()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", (subject + "/" + sequence).getBytes(UTF_8))
                .add("ce_source", "/tests".getBytes(UTF_8))
                .add("ce_type", "test.happened".getBytes(UTF_8))
                .add("ce_subject", subject.getBytes(UTF_8))
                .add("ce_sequence", Long.toString(sequence).getBytes(UTF_8));
        return record;
    }

    private void send(String subject, long... sequences) {
        for (long sequence : sequences) {
            producer.send(event(subject, sequence));
        }
        producer.flush();
    }

    private List<Long> applied(String subject) {
        return application
                .getBean(JdbcTemplate.class)
                .queryForList("SELECT sequence FROM public.effect WHERE subject = ? ORDER BY id", Long.class, subject);
    }

    private String letters(String condition) {
        return service.query(
                "SELECT string_agg(state || ' ' || coalesce(subject, '?') || '/' || coalesce(sequence, -1) "
                        + "|| ' ' || cause, '; ' ORDER BY id) FROM outbox.dead_letter WHERE " + condition);
    }

    @Test
    void eachEventIsAppliedOnceAndInOrderHoweverOftenItComes() {
        send("often", 0, 0, 1, 1, 0, 2, 1, 2, 0, 3);
        send("often", 3, 0, 4);
        await().untilAsserted(() -> assertThat(applied("often")).containsExactly(0L, 1L, 2L, 3L, 4L));
        assertThat(letters("subject = 'often'")).isNull();
    }

    @Test
    void whatComesTooEarlyWaitsAndFollowsInOrder() {
        send("early", 2);
        await().untilAsserted(() -> assertThat(letters("subject = 'early'")).startsWith("WAITING early/2"));
        send("early", 4, 3, 3, 1);
        send("early-marker", 0);
        await().untilAsserted(() -> assertThat(applied("early-marker")).containsExactly(0L));
        assertThat(applied("early")).isEmpty();
        send("early", 6, 7, 8);
        await().untilAsserted(() -> assertThat(letters("subject = 'early'")).contains("early/6", "early/7", "early/8"));
        assertThat(service.query(
                        "SELECT max(attempts) FROM outbox.dead_letter WHERE subject = 'early' AND sequence = 2"))
                .as("what waits is not written again for every event behind it")
                .isEqualTo("1");
        send("early", 0, 5);
        await().untilAsserted(() -> assertThat(applied("early")).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L));
        assertThat(letters("subject = 'early'")).isNull();
    }

    @Test
    void malformedRecordsAreKeptAndTheirNeighboursApplied() {
        List<ProducerRecord<String, byte[]>> poison = List.of(
                new ProducerRecord<>(service.topic(), 0, "poison-0", "no event".getBytes(UTF_8)),
                new ProducerRecord<>(service.topic(), 0, null, null),
                withValue("poison-2", "{\"broken\":"),
                withValue("poison-3", ""),
                withValue("poison-4", "{}{}"),
                withHeader("poison-5", "ce_type", "test.unheard-of"),
                withHeader("poison-6", "ce_sequence", "-1"),
                withHeader("poison-7", "ce_sequence", "x"),
                withHeader("poison-8", "ce_subject", "a\u0000b"),
                withHeader("poison-9", "ce_specversion", "0.3"),
                withHeader("poison-10", "ce_time", "yesterday"));
        for (int i = 0; i < poison.size(); i++) {
            send("neighbour", 2 * i);
            producer.send(poison.get(i));
            send("neighbour", 2 * i + 1);
        }
        List<Long> all =
                IntStream.range(0, 2 * poison.size()).mapToObj(Long::valueOf).toList();
        await().untilAsserted(() -> assertThat(applied("neighbour")).isEqualTo(all));
        await().untilAsserted(() -> assertThat(
                        service.query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND cause NOT LIKE '%cannot handle%'"))
                .isEqualTo(Integer.toString(poison.size())));
        assertThat(service.query(
                        "SELECT convert_from(value, 'UTF8') FROM outbox.dead_letter WHERE cause LIKE '%no JSON%'"))
                .isEqualTo("{\"broken\":");
    }

    private ProducerRecord<String, byte[]> withValue(String subject, String value) {
        ProducerRecord<String, byte[]> good = event(subject, 0);
        return new ProducerRecord<>(good.topic(), 0, good.key(), value.getBytes(UTF_8), good.headers());
    }

    private ProducerRecord<String, byte[]> withHeader(String subject, String name, String value) {
        ProducerRecord<String, byte[]> record = event(subject, 0);
        record.headers().remove(name);
        record.headers().add(name, value.getBytes(UTF_8));
        return record;
    }

    @Test
    void aFailingEventHoldsUpItsOwnSubjectOnlyAndIsMendedByRedelivery() {
        FAILING.add("guilty/1");
        send("innocent", 0);
        send("guilty", 0, 1, 2, 3);
        send("innocent", 1);
        await().untilAsserted(() -> assertThat(applied("innocent")).containsExactly(0L, 1L));
        await().untilAsserted(() -> assertThat(letters("subject = 'guilty'"))
                .contains("FAILED guilty/1 java.lang.IllegalStateException: cannot handle guilty")
                .contains("WAITING guilty/2")
                .contains("WAITING guilty/3"));
        assertThat(applied("guilty")).containsExactly(0L);
        FAILING.clear();
        send("guilty", 1);
        await().untilAsserted(() -> assertThat(applied("guilty")).containsExactly(0L, 1L, 2L, 3L));
        assertThat(letters("subject = 'guilty'")).isNull();
    }

    @Test
    void aDatabaseThatGoesAwayIsNoDeadLetter() throws Exception {
        int subjects = 200;
        for (int round = 0; round < 5; round++) {
            for (int subject = 0; subject < subjects; subject++) {
                producer.send(event("cut-" + subject, round));
            }
            producer.flush();
            try (Connection superuser = service.superuser();
                    Statement statement = superuser.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                                + "AND datname = current_database()");
            }
        }
        await().atMost(java.time.Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(service.query("SELECT count(*) FROM public.effect WHERE subject LIKE 'cut-%'"))
                                .isEqualTo(Integer.toString(5 * subjects)));
        assertThat(service.query(
                        "SELECT count(DISTINCT (subject, sequence)) FROM public.effect WHERE subject LIKE 'cut-%'"))
                .isEqualTo(Integer.toString(5 * subjects));
        assertThat(letters("subject LIKE 'cut-%'")).isNull();
    }
}
