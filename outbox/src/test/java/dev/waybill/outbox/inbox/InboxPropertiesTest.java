package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class InboxPropertiesTest {

    private static InboxProperties with(Duration roomInterval, Duration longestBackOff) {
        return with(roomInterval, longestBackOff, Duration.ZERO);
    }

    private static InboxProperties with(Duration roomInterval, Duration longestBackOff, Duration longestRest) {
        return new InboxProperties(
                true,
                1,
                false,
                roomInterval,
                longestRest,
                longestBackOff,
                DataSize.ofMegabytes(1),
                Duration.ofDays(7),
                Duration.ofDays(30));
    }

    @Test
    void aPauseThatIsNoneIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThat(with(second, second)).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(Duration.ofSeconds(-1), second))
                .withMessageContaining("room-interval");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(second, Duration.ZERO))
                .withMessageContaining("longest-back-off");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(second, second, Duration.ofMillis(-1)))
                .withMessageContaining("longest-rest");
    }

    @Test
    void aRestInWhichKafkaWouldTakeTheListenerForDeadIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThat(with(second, second, second)).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(second, second, second.plusMillis(1)))
                .withMessageContaining("longest-rest must be at most 1s");
    }
}
