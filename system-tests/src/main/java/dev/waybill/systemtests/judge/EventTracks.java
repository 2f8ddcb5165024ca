package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.judge.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The events of one topic, each once, by what they are about; what is wrong with the records themselves is found on the
 * way.
 */
final class EventTracks {

    /** A record's place on the topic. */
    record Place(int partition, long offset) {}

    /** The events about one subject, by their sequence. */
    static final class Track {
        private final Map<Long, TopicRecord> events = new HashMap<>();
        private final int partition;
        private long highest = -1;
        private boolean split;

        private Track(int partition) {
            this.partition = partition;
        }

        /** Null if it is missing. */
        TopicRecord event(long sequence) {
            return events.get(sequence);
        }

        TopicRecord last() {
            return events.get(highest);
        }

        /** Some of the sequences that are missing before the last one; empty if none is. */
        List<Long> missing() {
            List<Long> missing = new ArrayList<>();
            // Ends soon after the first gap, also where a sequence is absurdly high.
            for (long sequence = 0; missing.size() < 5 && sequence < highest; sequence++) {
                if (!events.containsKey(sequence)) {
                    missing.add(sequence);
                }
            }
            return missing;
        }

        long count(String type) {
            return events.values().stream()
                    .filter(event -> event.type().equals(type))
                    .count();
        }
    }

    private final String topic;
    private final Findings findings;
    private final Map<String, Track> tracks = new LinkedHashMap<>();
    private final Map<String, TopicRecord> byId = new HashMap<>();
    private int events;
    private int duplicates;

    /**
     * @param records each partition in the order of its offsets
     * @param poison records to be left out
     */
    EventTracks(String topic, List<TopicRecord> records, Set<Place> poison, Findings findings) {
        this.topic = topic;
        this.findings = findings;
        for (TopicRecord record : records) {
            if (!poison.contains(new Place(record.partition(), record.offset()))) {
                take(record);
            }
        }
    }

    private void take(TopicRecord record) {
        if (!isEvent(record)) {
            findings.add(Kind.PHANTOM_EVENT, place(record), "no event, and not known as poison: %s", record);
            return;
        }
        Track track = tracks.computeIfAbsent(record.subject(), subject -> new Track(record.partition()));
        keptInOrder(record, track);
        TopicRecord sameId = byId.putIfAbsent(record.id(), record);
        TopicRecord sameSequence = track.events.putIfAbsent(record.sequence(), record);
        if (sameSequence != null && sameSequence.id().equals(record.id())) {
            duplicates++;
            return;
        }
        if (sameId != null || sameSequence != null) {
            findings.add(
                    Kind.REUSED_IDENTITY,
                    place(record),
                    "%s, and before it %s",
                    record,
                    sameSequence == null ? sameId : sameSequence);
        }
        if (sameSequence == null) {
            events++;
            appeared(record, track);
        }
    }

    private static boolean isEvent(TopicRecord record) {
        return record.id() != null
                && record.type() != null
                && record.subject() != null
                && record.sequence() != null
                && record.sequence() >= 0;
    }

    private void appeared(TopicRecord record, Track track) {
        if (record.sequence() < track.highest) {
            findings.add(
                    Kind.INVERSION,
                    record.subject(),
                    "event %d first appears at %s, after event %d",
                    record.sequence(),
                    place(record),
                    track.highest);
        }
        track.highest = Math.max(track.highest, record.sequence());
    }

    /** Kafka keeps the order of what is in one partition. */
    private void keptInOrder(TopicRecord record, Track track) {
        boolean elsewhere = record.partition() != track.partition;
        if (!record.subject().equals(record.key()) || elsewhere && !track.split) {
            findings.add(
                    Kind.WRONG_KEY,
                    place(record),
                    "about %s, under the key %s, and the first of them is in partition %d",
                    record.subject(),
                    record.key(),
                    track.partition);
        }
        track.split |= elsewhere;
    }

    private String place(TopicRecord record) {
        return "%s/%d/%d".formatted(topic, record.partition(), record.offset());
    }

    String topic() {
        return topic;
    }

    Map<String, Track> bySubject() {
        return tracks;
    }

    /** Null if there is none. */
    Track of(UUID order) {
        return tracks.get(order.toString());
    }

    /** How many events of a type an order has. */
    long count(UUID order, String type) {
        Track track = of(order);
        return track == null ? 0 : track.count(type);
    }

    int events() {
        return events;
    }

    int duplicates() {
        return duplicates;
    }
}
