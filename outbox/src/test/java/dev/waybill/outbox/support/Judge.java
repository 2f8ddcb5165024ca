package dev.waybill.outbox.support;

import static org.assertj.core.api.Assertions.assertThat;

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
}
