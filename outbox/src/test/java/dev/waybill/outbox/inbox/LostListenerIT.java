package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** An error within the consumer, which its container does not survive. */
class LostListenerIT {

    private static final AtomicBoolean FAILING = new AtomicBoolean();

    /** A place within {@code poll} from which an error comes out. */
    public static final class WithoutMemory implements ConsumerInterceptor<byte[], byte[]> {
        @Override
        public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
            if (FAILING.getAndSet(false)) {
                throw new OutOfMemoryError("of the test");
            }
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

        @Override
        public void close() {}

        @Override
        public void configure(Map<String, ?> configs) {}
    }

    @Test
    void aListenerThatHasEndedBeginsAnewAndMissesNothing() {
        try (Receiving receiving = new Receiving(Map.of(
                "spring.kafka.consumer.properties.interceptor.classes",
                WithoutMemory.class.getName(),
                "waybill.outbox.inbox.longest-back-off",
                "1s"))) {
            receiving.send("lost", 0);
            receiving.awaitApplied("lost", 0L);
            FAILING.set(true);
            receiving.send("lost", 1, 2);
            receiving.awaitApplied("lost", 0L, 1L, 2L);
            assertThat(FAILING).isFalse();
        }
    }
}
