package dev.waybill.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waybill.sandbox.testing.RealServers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Tells what the shipping-service would tell, on its topic, and counts its events as it does. */
public final class Shipping {

    private static final String TOPIC = "waybill.shipments";

    private static Shipping shared;

    private final KafkaProducer<String, byte[]> producer;
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    /** Makes the topic. */
    public Shipping(Map<String, Object> kafka) {
        try (Admin admin = Admin.create(kafka)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(3), Optional.empty())))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    }

    /** The first call makes the topic. */
    public static synchronized Shipping get() {
        if (shared == null) {
            shared = new Shipping(Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, RealServers.get().kafkaBootstrap()));
        }
        return shared;
    }

    /** @param properties further properties of the data, as JSON without braces; may be empty */
    public void tells(String orderId, String type, long orderSequence, String properties) {
        tells(
                orderId,
                type,
                "{\"orderId\":\"%s\",\"orderSequence\":%d%s}"
                        .formatted(orderId, orderSequence, properties.isEmpty() ? "" : "," + properties));
    }

    public void tells(String subject, String type, String data) {
        long sequence = told.merge(subject, 0L, (last, zero) -> last + 1);
        ProducerRecord<String, byte[]> event = new ProducerRecord<>(TOPIC, subject, data.getBytes(UTF_8));
        Map.of(
                        "ce_specversion",
                        "1.0",
                        "ce_id",
                        UUID.randomUUID().toString(),
                        "ce_source",
                        "/shipments",
                        "ce_type",
                        type,
                        "ce_subject",
                        subject,
                        "ce_sequence",
                        Long.toString(sequence),
                        "content-type",
                        "application/json")
                .forEach((name, value) -> event.headers().add(name, value.getBytes(UTF_8)));
        producer.send(event);
    }

    /** The sequence of the last event told of an order. */
    public long last(String orderId) {
        return told.get(orderId);
    }
}
