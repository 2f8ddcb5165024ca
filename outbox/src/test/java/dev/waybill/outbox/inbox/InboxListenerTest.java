package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboxListenerTest {

    private static Duration rest(int events) {
        return InboxListener.rest(events, Duration.ofMillis(50));
    }

    @Test
    void whoComesAloneDoesNotWait() {
        assertThat(rest(1)).isZero();
    }

    @Test
    void theMoreComeTogetherTheLongerTheNextAreLetGather() {
        assertThat(rest(2)).isPositive().isLessThan(rest(5));
        assertThat(rest(30)).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void aLargeBatchIsFollowedAtOnce() {
        assertThat(rest(500)).isZero();
    }

    @Test
    void nobodyRestsWhereThatIsNotWanted() {
        assertThat(InboxListener.rest(30, Duration.ZERO)).isZero();
    }
}
