package dev.waybill.bench.harness;

import dev.waybill.bench.contest.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** An independent consumer of all that arrives on a topic from now on, in a thread of its own. */
final class Receiver implements AutoCloseable {

    /** Told of each event in the order of its partition; by the receiver's thread. */
    interface Ear {
        void hear(Event event, long nanoTime);
    }

    private static final Ear DEAF = null;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Ear ear;
    private final Thread thread;
    private final AtomicLong count = new AtomicLong();
    private volatile long firstAt;
    private volatile long withTheFirst;
    private volatile long lastAt = System.nanoTime();
    private volatile boolean closed;

    private Receiver(String bootstrap, String topic, Ear ear) {
        this.ear = ear;
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "max.poll.records",
                        10_000,
                        "fetch.min.bytes",
                        1,
                        "allow.auto.create.topics",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // the seek is done only when asked for
        thread = new Thread(this::run, "receiver");
        thread.start();
    }

    static Receiver counting(String bootstrap, String topic) {
        return new Receiver(bootstrap, topic, DEAF);
    }

    static Receiver listening(String bootstrap, String topic, Ear ear) {
        return new Receiver(bootstrap, topic, ear);
    }

    private void run() {
        while (!closed) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
            if (records.isEmpty()) {
                continue;
            }
            long now = System.nanoTime();
            if (ear != DEAF) {
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    Event event = Event.in(record.value());
                    if (event == null) {
                        throw new IllegalStateException("a record without a mark: " + new String(record.value()));
                    }
                    ear.hear(event, now);
                }
            }
            if (firstAt == 0) {
                firstAt = now;
                withTheFirst = records.count();
            }
            lastAt = now;
            count.addAndGet(records.count());
        }
        consumer.close();
    }

    long count() {
        return count.get();
    }

    /** How many came between the first receipt, without what that brought, and the last. */
    long countAfterTheFirst() {
        return count.get() - withTheFirst;
    }

    /** Seconds from the first receipt to the last. */
    double seconds() {
        return (lastAt - firstAt) / 1e9;
    }

    /** @return whether so many came before the patience was over */
    boolean await(long events, Patience patience) throws InterruptedException {
        long begin = System.nanoTime();
        while (count.get() < events) {
            if (!thread.isAlive()) {
                throw new IllegalStateException("the receiver has ended");
            }
            if (patience.isOver(begin, lastAt, System.nanoTime())) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
