package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final InFlight inFlight = new InFlight(0);

    private static InFlight.Entry entry(long position, String key) {
        return new InFlight.Entry(event(position, key), null);
    }

    private static StoredEvent event(long position, String key) {
        return new StoredEvent(position, new UUID(0, position), "/s", key, 0, "t", new byte[10], "{}", Instant.EPOCH);
    }

    private long done() {
        return inFlight.offset(List.of()).position();
    }

    @Test
    void ofAKeyTheNextOneIsReadyOnlyWhenTheOneBeforeIsAcknowledged() {
        InFlight.Entry first = entry(1, "a");
        InFlight.Entry second = entry(2, "a");
        InFlight.Entry other = entry(3, "b");
        List.of(first, second, other).forEach(inFlight::add);
        assertThat(inFlight.next()).isSameAs(first);
        assertThat(inFlight.next()).isSameAs(other);
        assertThat(inFlight.next()).isNull();
        inFlight.again(first);
        assertThat(inFlight.next()).as("not taken: first again").isSameAs(first);
        assertThat(inFlight.next()).isNull();
        inFlight.acknowledged(first);
        assertThat(inFlight.next()).isSameAs(second);
    }

    @Test
    void doneMovesOverAcknowledgedPositionsOnly() {
        InFlight.Entry one = entry(1, "a");
        InFlight.Entry two = entry(2, "b");
        InFlight.Entry five = entry(5, "c");
        List.of(one, two, five).forEach(inFlight::add);
        inFlight.acknowledged(two);
        assertThat(done()).isZero();
        inFlight.acknowledged(one);
        assertThat(done()).isEqualTo(2);
        inFlight.acknowledged(five);
        assertThat(done()).isEqualTo(5);
        assertThat(inFlight.count()).isZero();
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void aLateEventIsRememberedAsAHoleUntilItIsAcknowledged() {
        Hole filled = new Hole(3, 3, 7, Instant.EPOCH);
        Hole open = new Hole(5, 6, 7, Instant.EPOCH);
        Hole above = new Hole(10, 10, 7, Instant.EPOCH);
        InFlight.Entry late = new InFlight.Entry(event(3, "a"), filled);
        InFlight.Entry next = entry(9, "b");
        inFlight.add(late);
        inFlight.add(next);
        inFlight.acknowledged(next);
        assertThat(inFlight.offset(List.of(open, above))).isEqualTo(new Offset(9, List.of(open, filled)));
        inFlight.acknowledged(late);
        assertThat(inFlight.offset(List.of(open, above))).isEqualTo(new Offset(9, List.of(open)));
    }

    @Test
    void whateverTheAcknowledgementsOrderEachKeyKeepsItsOwn() {
        Random random = new Random(42);
        List<InFlight.Entry> handedOut = new ArrayList<>();
        Set<String> withProducer = new HashSet<>();
        List<InFlight.Entry> sent = new ArrayList<>();
        for (long position = 1; position <= 2_000; position++) {
            inFlight.add(entry(position, "k-" + random.nextInt(30)));
            for (InFlight.Entry e = inFlight.next(); e != null; e = inFlight.next()) {
                assertThat(withProducer.add(e.event.subject()))
                        .as("one of a key at a time")
                        .isTrue();
                handedOut.add(e);
                sent.add(e);
            }
            while (!sent.isEmpty() && random.nextInt(3) > 0) {
                InFlight.Entry acknowledged = sent.remove(random.nextInt(sent.size()));
                withProducer.remove(acknowledged.event.subject());
                inFlight.acknowledged(acknowledged);
            }
        }
        handedOut.stream()
                .map(e -> e.event.subject())
                .distinct()
                .forEach(key -> assertThat(handedOut.stream()
                                .filter(e -> e.event.subject().equals(key))
                                .map(e -> e.event.position()))
                        .isSorted());
    }
}
