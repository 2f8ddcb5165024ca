package dev.waybill.bench.namastack;

import io.namastack.outbox.handler.OutboxRecordMetadata;
import io.namastack.outbox.handler.OutboxTypedHandler;
import org.springframework.kafka.core.KafkaTemplate;

/** What the library's own Kafka module does, which is not in the registry: a record is done when the broker has it. */
final class Publisher implements OutboxTypedHandler<String> {

    private final KafkaTemplate<String, String> kafka;

    Publisher(KafkaTemplate<String, String> kafka) {
        this.kafka = kafka;
    }

    @Override
    public void handle(String payload, OutboxRecordMetadata metadata) {
        kafka.sendDefault(metadata.getKey(), payload).join();
    }
}
