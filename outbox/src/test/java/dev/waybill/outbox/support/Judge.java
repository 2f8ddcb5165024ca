package dev.waybill.outbox.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.outbox.PastEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Holds what a topic shows against what was committed. */
public final class Judge {

    private Judge() {}

    /** An event as {@code subject/sequence}. */
    public static String name(ConsumerRecord<String, byte[]> record) {
        return record.key() + "/" + TopicReader.header(record, "ce_sequence");
    }

    public static Set<String> names(List<ConsumerRecord<String, byte[]>> records) {
        Set<String> names = new HashSet<>();
        records.forEach(record -> names.add(name(record)));
        return names;
    }

    /** G1, G2 and G3: nothing missing, nothing that never committed, of each key no first appearance out of order. */
    public static void assertAllOnceAtLeastAndInOrder(
            Set<String> committed, List<ConsumerRecord<String, byte[]>> records) {
        Set<String> seen = new HashSet<>();
        Map<String, Long> last = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            String name = name(record);
            assertThat(committed).as("phantom %s", name).contains(name);
            if (seen.add(name)) {
                long sequence = Long.parseLong(TopicReader.header(record, "ce_sequence"));
                Long before = last.put(record.key(), sequence);
                assertThat(before == null || before < sequence)
                        .as("%s appears first after %s of the same key", name, before)
                        .isTrue();
            }
        }
        Set<String> lost = new HashSet<>(committed);
        lost.removeAll(seen);
        assertThat(lost).as("lost").isEmpty();
    }

    /** Every event on the topic has a time of publication, which is not before it was sent first. */
    public static void assertAllHaveTheirTime(Service service, List<ConsumerRecord<String, byte[]>> records) {
        Map<String, Long> sent = new HashMap<>();
        Map<String, Instant> published = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            sent.merge(name(record), record.timestamp(), Math::min);
        }
        for (String key : records.stream().map(ConsumerRecord::key).distinct().toList()) {
            for (PastEvent event : service.history().of(key, -1, Integer.MAX_VALUE)) {
                published.put(key + "/" + event.sequence(), event.publishedAt());
            }
        }
        sent.forEach((name, time) -> assertThat(published.get(name))
                .as("time of publication of %s", name)
                .isNotNull()
                .isAfterOrEqualTo(Instant.ofEpochMilli(time)));
    }
}
