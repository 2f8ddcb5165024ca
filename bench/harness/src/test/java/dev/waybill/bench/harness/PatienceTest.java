package dev.waybill.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Such a clock begins anywhere. */
    private static final long BEGIN = Long.MAX_VALUE - 3 * SECOND;

    private final Patience patience = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(60));

    @Test
    void whoHasStoppedSendingIsGivenUpAfterTheSilence() {
        long lastAt = BEGIN + 10 * SECOND;
        assertThat(patience.isOver(BEGIN, lastAt, lastAt + 5 * SECOND)).isFalse();
        assertThat(patience.isOver(BEGIN, lastAt, lastAt + 5 * SECOND + 1)).isTrue();
    }

    @Test
    void whatArrivedBeforeTheWaitShortensItNot() {
        long lastAt = BEGIN - 10 * SECOND;
        assertThat(patience.isOver(BEGIN, lastAt, BEGIN + 5 * SECOND)).isFalse();
        assertThat(patience.isOver(BEGIN, lastAt, BEGIN + 5 * SECOND + 1)).isTrue();
    }

    @Test
    void whoNeverCatchesUpIsNotWaitedForForEver() {
        long now = BEGIN + 60 * SECOND;
        assertThat(patience.isOver(BEGIN, now, now)).isFalse();
        assertThat(patience.isOver(BEGIN, now + 1, now + 1)).isTrue();
    }

    @Test
    void butAsLongAsSomeArriveWhereAllMustCome() {
        Patience through = Patience.through(Duration.ofSeconds(5));
        long now = BEGIN + Duration.ofDays(1).toNanos();
        assertThat(through.isOver(BEGIN, now, now)).isFalse();
        assertThat(through.isOver(BEGIN, now - 6 * SECOND, now)).isTrue();
    }
}
