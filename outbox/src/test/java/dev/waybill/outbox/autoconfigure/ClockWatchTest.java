package dev.waybill.outbox.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClockWatchTest {

    private final AtomicLong off = new AtomicLong();
    private final AtomicInteger renewed = new AtomicInteger();
    private final ClockWatch watch = new ClockWatch(
            () -> System.currentTimeMillis() + off.get(),
            List.of(
                    () -> {
                        throw new IllegalStateException("for the test");
                    },
                    renewed::incrementAndGet));

    private int lookAfter(Duration change) {
        off.addAndGet(change.toMillis());
        watch.look();
        return renewed.get();
    }

    @Test
    void theClientsAreMadeAnewOnceWhenTheClockIsSetBackAndNotWhenItIsSetForward() {
        assertThat(lookAfter(Duration.ZERO)).isZero();
        assertThat(lookAfter(Duration.ofHours(2))).isZero();
        assertThat(lookAfter(Duration.ofHours(-1))).isEqualTo(1);
        assertThat(lookAfter(Duration.ZERO)).isEqualTo(1);
        assertThat(lookAfter(Duration.ofSeconds(-10))).isEqualTo(2);
    }

    @Test
    void aClockThatIsCorrectedLittleByLittleIsLeftAlone() {
        for (int i = 0; i < 100; i++) {
            assertThat(lookAfter(Duration.ofMillis(-200))).isZero();
        }
    }
}
