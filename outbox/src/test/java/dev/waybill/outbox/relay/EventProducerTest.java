package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class EventProducerTest {

    private static final StoredEvent EVENT =
            new StoredEvent(1, UUID.randomUUID(), "/s", "key", 0, "t", new byte[10], "{}", Instant.EPOCH);

    /** As one in a fatal state does it: the record is in a batch when it finds so. */
    private static final class Broken extends MockProducer<byte[], byte[]> {
        Broken() {
            super(false, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            super.send(record, callback);
            throw new KafkaException("in an error state");
        }
    }

    @Test
    void whatTheOrderRestsOnAndTheSizeOfTheLargestEventCannotBeConfiguredAway() {
        Map<String, Object> config = EventProducer.config(
                Map.of(
                        ProducerConfig.PARTITIONER_CLASS_CONFIG,
                        "org.apache.kafka.clients.producer.RoundRobinPartitioner",
                        ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                        "true",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        "1000",
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        "800000"),
                900_000,
                Duration.ofSeconds(1));
        assertThat(config)
                .doesNotContainKey(ProducerConfig.PARTITIONER_CLASS_CONFIG)
                .containsEntry(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, false);
        assertThat((int) config.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)).isGreaterThan(900_000);
        assertThat((int) config.get(ProducerConfig.BUFFER_MEMORY_CONFIG)).isGreaterThan(900_000);
        assertThat(EventProducer.config(Map.of(), 900_000, Duration.ofSeconds(1)))
                .as("where the default will do")
                .doesNotContainKeys(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ProducerConfig.BUFFER_MEMORY_CONFIG);
    }

    @Test
    void aSendThatFailsTwiceIsToldOnce() {
        Broken broken = new Broken();
        List<Exception> outcomes = new ArrayList<>();
        new EventProducer(broken, "topic").send(EVENT, outcomes::add);
        assertThat(broken.errorNext(new KafkaException("aborted"))).isTrue();
        assertThat(outcomes).singleElement().hasToString("org.apache.kafka.common.KafkaException: in an error state");
    }
}
