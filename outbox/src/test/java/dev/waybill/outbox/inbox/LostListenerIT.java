package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.support.Management;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** An error within the consumer, which its container does not survive. */
class LostListenerIT {

    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final AtomicBoolean CLOSING_FAILS = new AtomicBoolean();

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

    /** Without memory a consumer cannot be closed either. */
    public static final class NotClosing implements MetricsReporter {
        @Override
        public void init(List<KafkaMetric> metrics) {}

        @Override
        public void metricChange(KafkaMetric metric) {}

        @Override
        public void metricRemoval(KafkaMetric metric) {}

        @Override
        public void close() {
            if (CLOSING_FAILS.getAndSet(false)) {
                throw new OutOfMemoryError("of the test");
            }
        }

        @Override
        public void configure(Map<String, ?> configs) {}
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aListenerThatHasEndedBeginsAnewAndMissesNothing(boolean closingFails) {
        try (Receiving receiving = new Receiving(Map.of(
                "spring.kafka.consumer.properties.interceptor.classes",
                WithoutMemory.class.getName(),
                "spring.kafka.consumer.properties.metric.reporters",
                NotClosing.class.getName(),
                "waybill.outbox.inbox.longest-back-off",
                "1s"))) {
            CLOSING_FAILS.set(closingFails);
            receiving.send("lost", 0);
            receiving.awaitApplied("lost", 0L);
            FAILING.set(true);
            receiving.send("lost", 1, 2);
            receiving.awaitApplied("lost", 0L, 1L, 2L);
            assertThat(FAILING).isFalse();
            assertThat(CLOSING_FAILS).isFalse();
            assertThat(health(receiving).at("/status").asText()).isEqualTo("UP");
        }
    }

    @Test
    void aListenerThatWasFencedStaysAwayAndTheHealthTells() {
        Map<String, String> named = Map.of(
                "spring.kafka.consumer.properties.group.instance.id",
                "twin",
                "waybill.outbox.inbox.longest-back-off",
                "100ms");
        try (Receiving receiving = new Receiving(named)) {
            receiving.send("twin", 0);
            receiving.awaitApplied("twin", 0L);
            try (ConfigurableApplicationContext other = receiving.start(named)) {
                await().untilAsserted(() -> assertThat(health(receiving)
                                .at("/details/ended/" + receiving.service.topic())
                                .asText())
                        .startsWith("fenced"));
                receiving.send("twin", 1);
                receiving.awaitApplied("twin", 0L, 1L);
                assertThat(health(receiving).at("/status").asText()).isEqualTo("DOWN");
                assertThat(health(new Management(other)).at("/status").asText()).isEqualTo("UP");
            }
        }
    }

    private static JsonNode health(Receiving receiving) {
        return health(receiving.management);
    }

    private static JsonNode health(Management management) {
        return management.get("health").body().at("/components/inbox");
    }
}
