package dev.waybill.bench;

import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes events at a steady rate and notes when each was meant to be written, had committed and was received. All three
 * by the clock of this JVM; the consumer shares nothing else with the library.
 *
 * <p>A writer that falls behind does not skip: the next events follow at once, and are late by what they were meant to
 * be, so that a standstill counts for all the events that it delays (no coordinated omission).
 */
final class LatencyRound {

    /** What the event takes: the outbox, or straight from the writer to Kafka, which is as fast as it can be. */
    enum Way {
        OUTBOX,
        DIRECT
    }

    private static final int SUBJECTS = 1_000;
    private static final Duration LOST = Duration.ofSeconds(60);
    private static final Map<String, Object> CONSUMER =
            Map.of("fetch.min.bytes", 1, "fetch.max.wait.ms", 500, "allow.auto.create.topics", false);

    private final Outbox outbox;
    private final TransactionTemplate transaction;
    private final String bootstrap;
    private final String topic;

    private String run;
    private long[] received;

    LatencyRound(Outbox outbox, TransactionTemplate transaction, String bootstrap, String topic) {
        this.outbox = outbox;
        this.transaction = transaction;
        this.bootstrap = bootstrap;
        this.topic = topic;
    }

    /**
     * @param warmUp seconds at the beginning that do not count
     * @param rolledBack how many percent of further transactions, each with an event, are rolled back
     * @return microseconds: p50, p90, p99 and max from commit to consumer, then from the intended time to consumer; and
     *     how many events counted
     */
    String run(Way way, int rate, int warmUp, int seconds, int rolledBack) throws Exception {
        int events = rate * (warmUp + seconds);
        run = Long.toString(System.nanoTime(), 36);
        received = new long[events];
        long[] intended = new long[events];
        long[] committed = new long[events];
        try (KafkaConsumer<String, byte[]> consumer = consumer();
                KafkaProducer<String, byte[]> producer = producer()) {
            Thread reader = new Thread(() -> receive(consumer, events), "bench-consumer");
            reader.start();
            long begin = System.nanoTime();
            for (int i = 0; i < events; i++) {
                intended[i] = begin + i * 1_000_000_000L / rate;
                for (long left = 1; left > 0; ) {
                    left = intended[i] - System.nanoTime();
                    LockSupport.parkNanos(left);
                }
                if (way == Way.DIRECT) {
                    committed[i] = System.nanoTime();
                    producer.send(new ProducerRecord<>(
                            topic, subject(i), payload(i).toString().getBytes(StandardCharsets.UTF_8)));
                } else {
                    append(i, false);
                    committed[i] = System.nanoTime();
                    if (i * rolledBack % 100 < rolledBack) {
                        append(events + i, true);
                    }
                }
            }
            reader.join();
        }
        Histogram fromCommit = new Histogram(3);
        Histogram fromIntended = new Histogram(3);
        for (int i = rate * warmUp; i < events; i++) {
            fromCommit.recordValue(Math.max(0, received[i] - committed[i]) / 1_000);
            fromIntended.recordValue((received[i] - intended[i]) / 1_000);
        }
        return text(fromCommit) + " " + text(fromIntended) + " " + fromCommit.getTotalCount();
    }

    private void append(int number, boolean rollBack) {
        transaction.executeWithoutResult(status -> {
            outbox.append(new OutboxEvent(subject(number), number / SUBJECTS, "bench.happened", payload(number)));
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    private String subject(int number) {
        return "l-" + run + "-" + number % SUBJECTS;
    }

    /** About 400 bytes, the number first, so that the consumer finds it without parsing. */
    private Map<String, Object> payload(int number) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("run", run + ":" + number + ":");
        payload.put("lines", "0123456789abcdef".repeat(23));
        return payload;
    }

    private void receive(KafkaConsumer<String, byte[]> consumer, int events) {
        int count = 0;
        long deadline = System.nanoTime() + LOST.toNanos();
        while (count < events) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                long now = System.nanoTime();
                String start = new String(record.value(), 0, 40, StandardCharsets.US_ASCII);
                int at = start.indexOf(run + ":");
                int number = at < 0
                        ? -1
                        : Integer.parseInt(
                                start.substring(at + run.length() + 1, start.indexOf(':', at + run.length() + 1)));
                if (number >= 0 && received[number] == 0) {
                    received[number] = now;
                    count++;
                }
                deadline = now + LOST.toNanos();
            }
            if (System.nanoTime() > deadline) {
                System.out.println("@lost " + (events - count));
                return;
            }
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> config = new LinkedHashMap<>(CONSUMER);
        config.put("bootstrap.servers", bootstrap);
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        Receiver.listenFromNowOn(consumer, topic);
        return consumer;
    }

    private KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "compression.type", "lz4"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static String text(Histogram histogram) {
        return String.format(
                Locale.ROOT,
                "%d %d %d %d",
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue());
    }
}
