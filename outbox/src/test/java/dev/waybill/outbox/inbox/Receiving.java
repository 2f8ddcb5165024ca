package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Management;
import dev.waybill.outbox.support.Service;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A {@link Receiver} on a database and a topic of its own, and somebody who sends to it. */
final class Receiving implements AutoCloseable {

    final Service service = Service.create();
    final ConfigurableApplicationContext application;
    final Management management;
    private final KafkaProducer<String, byte[]> producer;

    Receiving(Map<String, String> more) {
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(
                    "CREATE TABLE public.effect (id bigserial, subject text, sequence bigint, id_ text, data text)");
            statement.execute("GRANT ALL ON public.effect, public.effect_id_seq TO orders_app");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        application = start(more);
        management = new Management(application);
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.get().kafkaBootstrap(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        4_000_000),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** One more instance of the same service; the caller closes it. */
    ConfigurableApplicationContext start(Map<String, String> more) {
        return service.start(Receiver.class, Management.properties(more));
    }

    ProducerRecord<String, byte[]> event(String subject, long sequence) {
        ProducerRecord<String, byte[]> record = foreign(subject + "/" + sequence, "{\"n\":" + sequence + "}");
        record.headers()
                .add("ce_subject", subject.getBytes(UTF_8))
                .add("ce_sequence", Long.toString(sequence).getBytes(UTF_8));
        return new ProducerRecord<>(record.topic(), null, subject, record.value(), record.headers());
    }

    /** An event of somebody who does not count. */
    ProducerRecord<String, byte[]> foreign(String id, String json) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(service.topic(), null, json.getBytes(UTF_8));
        record.headers()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", id.getBytes(UTF_8))
                .add("ce_source", "/tests".getBytes(UTF_8))
                .add("ce_type", "test.happened".getBytes(UTF_8));
        return record;
    }

    /** Sends without waiting for the broker. */
    void post(String subject, long sequence) {
        producer.send(event(subject, sequence));
    }

    void send(String subject, long... sequences) {
        for (long sequence : sequences) {
            producer.send(event(subject, sequence));
        }
        producer.flush();
    }

    void send(ProducerRecord<String, byte[]> record) {
        producer.send(record);
        producer.flush();
    }

    List<Long> applied(String subject) {
        return application
                .getBean(JdbcTemplate.class)
                .queryForList("SELECT sequence FROM public.effect WHERE subject = ? ORDER BY id", Long.class, subject);
    }

    void awaitApplied(String subject, Long... sequences) {
        await().untilAsserted(() -> assertThat(applied(subject)).containsExactly(sequences));
    }

    /** The letters that satisfy the condition, as {@code STATE subject/sequence cause}; null if there are none. */
    String letters(String condition) {
        return service.query(
                "SELECT string_agg(state || ' ' || coalesce(subject, '?') || '/' || coalesce(sequence, -1) "
                        + "|| ' ' || cause, '; ' ORDER BY id) FROM outbox.dead_letter WHERE " + condition);
    }

    @Override
    public void close() {
        Receiver.FAILING.clear();
        producer.close();
        application.close();
    }
}
