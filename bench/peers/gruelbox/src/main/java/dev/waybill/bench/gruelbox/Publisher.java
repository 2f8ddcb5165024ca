package dev.waybill.bench.gruelbox;

import java.util.concurrent.ExecutionException;
import org.springframework.kafka.core.KafkaTemplate;

/** What is scheduled: an entry is done when Kafka has acknowledged its event. */
class Publisher {

    private final KafkaTemplate<String, String> kafka;
    private final String topic;

    Publisher(KafkaTemplate<String, String> kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    void publish(String key, String payload) throws ExecutionException, InterruptedException {
        kafka.send(topic, key, payload).get();
    }
}
