package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waybill.sandbox.testing.RealServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

/** That client and broker say what the judgement relies on and no type tells. */
class SendErrorIT {

    private final String topic = "batch-" + UUID.randomUUID();
    private final String bootstrap = RealServers.get().kafkaBootstrap();

    @Test
    void whatIsInABatchWithARecordThatIsRefusedIsSentAgain() throws Exception {
        createTopic();
        Map<String, Object> oneBatch =
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, 1_000);
        try (Producer<byte[], byte[]> producer = EventProducer.kafka(oneBatch, 900_000, Duration.ofSeconds(30))) {
            long now = System.currentTimeMillis();
            Future<RecordMetadata> innocent = producer.send(record(now));
            Future<RecordMetadata> refused =
                    producer.send(record(now + Duration.ofDays(1).toMillis()));
            assertThat(meaning(innocent)).isEqualTo(SendError.PASSING);
            assertThat(meaning(refused)).isEqualTo(SendError.REFUSED);
        }
    }

    private void createTopic() throws Exception {
        NewTopic timedBySenders = new NewTopic(topic, 1, (short) 1)
                .configs(Map.of(
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        "CreateTime",
                        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                        "3600000"));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            admin.createTopics(List.of(timedBySenders)).all().get();
        }
    }

    private ProducerRecord<byte[], byte[]> record(long timestamp) {
        return new ProducerRecord<>(topic, 0, timestamp, "key".getBytes(), new byte[10]);
    }

    private static SendError meaning(Future<RecordMetadata> send) {
        ExecutionException failed = catchThrowableOfType(ExecutionException.class, send::get);
        return SendError.of((Exception) failed.getCause());
    }
}
