package dev.waybill.orders.secured;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Plain Kafka clients of whatever user. */
final class Clients {

    private Clients() {}

    static KafkaConsumer<String, byte[]> consumer(Map<String, Object> client, String group, String topic) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        if (group != null) {
            config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        }
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        if (group != null) {
            consumer.subscribe(List.of(topic));
        } else {
            consumer.assign(List.of(new org.apache.kafka.common.TopicPartition(topic, 0)));
        }
        return consumer;
    }

    static KafkaProducer<String, byte[]> producer(Map<String, Object> client) {
        return new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
    }
}
