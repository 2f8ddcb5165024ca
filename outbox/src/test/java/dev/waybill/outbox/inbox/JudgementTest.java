package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JudgementTest {

    private static final Stream STREAM = new Stream("/s", "a");

    private static Parsed event(long sequence) {
        return new Parsed(
                null,
                new Turn(STREAM, sequence),
                null,
                new InboxEvent("id", "/s", "a", sequence, "t", null, "{}", Map.of(), new ObjectMapper()),
                null);
    }

    private static List<Long> sequences(List<InboxEvent> events) {
        return events.stream().map(InboxEvent::sequence).toList();
    }

    @Test
    void nextIsAppliedDuplicatesAreDroppedEarlyOnesWait() {
        Judgement judgement = new Judgement(Map.of(STREAM, 4L), Set.of());
        LongStream.of(3, 5, 5, 7, 4, 9).forEach(sequence -> judgement.judge(event(sequence)));
        assertThat(sequences(judgement.next())).containsExactly(5L);
        assertThat(judgement.early().stream().map(parsed -> parsed.event().sequence()))
                .containsExactly(7L, 9L);
        assertThat(judgement.advanced()).containsEntry(STREAM, 5L);
        judgement.judge(event(6));
        assertThat(sequences(judgement.next())).containsExactly(5L, 6L, 7L);
    }

    @Test
    void anyOrderAndMultiplicityGivesEachOnceInOrder() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Long> arriving = new ArrayList<>();
            for (long sequence = 0; sequence < 12; sequence++) {
                arriving.addAll(Collections.nCopies(1 + random.nextInt(3), sequence));
            }
            Collections.shuffle(arriving, random);
            Judgement judgement = new Judgement(Map.of(STREAM, -1L), Set.of());
            arriving.forEach(sequence -> judgement.judge(event(sequence)));
            assertThat(sequences(judgement.next()))
                    .as("seed %s", seed)
                    .isEqualTo(LongStream.range(0, 12).boxed().toList());
            assertThat(judgement.early()).isEmpty();
        }
    }
}
