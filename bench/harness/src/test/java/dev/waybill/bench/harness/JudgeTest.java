package dev.waybill.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.bench.contest.Event;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private final Judge judge = new Judge("r1");

    private void hear(String key, long sequence, long number) {
        judge.hear(new Event("r1", key, sequence, number), 0);
    }

    @Test
    void whatComesInItsKeysOrderIsInOrder() {
        hear("a", 0, 1);
        hear("b", 0, 2);
        hear("a", 1, 3);
        hear("a", 3, 4);
        assertThat(judge.inversions()).isZero();
        assertThat(judge.duplicates()).isZero();
        assertThat(judge.events()).isEqualTo(4);
    }

    @Test
    void whoComesAfterALaterOneOfItsKeyIsAnInversion() {
        hear("a", 1, 1);
        hear("a", 0, 2);
        hear("a", 2, 3);
        assertThat(judge.inversions()).isEqualTo(1);
    }

    @Test
    void aRepetitionIsADuplicateAndNoInversion() {
        hear("a", 0, 1);
        hear("a", 1, 2);
        hear("a", 0, 1);
        assertThat(judge.duplicates()).isEqualTo(1);
        assertThat(judge.inversions()).isZero();
        assertThat(judge.events()).isEqualTo(2);
    }

    @Test
    void otherRunsDoNotCount() {
        judge.hear(new Event("r2", "a", 5, 1), 0);
        hear("a", 0, 20);
        assertThat(judge.events()).isEqualTo(1);
        assertThat(judge.multiplesOf(10)).isEqualTo(1);
    }
}
