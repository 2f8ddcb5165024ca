package dev.waybill.bench.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WritersTest {

    private final Map<Integer, Set<Thread>> threadsByKey = new ConcurrentHashMap<>();

    private void note(int key) {
        threadsByKey.computeIfAbsent(key, each -> ConcurrentHashMap.newKeySet()).add(Thread.currentThread());
    }

    @Test
    void aKeyIsOneThreadsAlone() throws Exception {
        long written = Writers.asFastAsCanBe(8, 16, 2, (number, key) -> note(key));
        assertThat(written).isPositive();
        assertThat(threadsByKey.values()).hasSize(16).allMatch(threads -> threads.size() == 1);
    }

    @Test
    void whoContendsSharesKeys() throws Exception {
        AtomicInteger written = new AtomicInteger();
        Writers.contending(4, 5, 200, (number, key) -> {
            note(key);
            written.incrementAndGet();
        });
        assertThat(written).hasValue(200);
        assertThat(threadsByKey.values()).hasSize(5).allMatch(threads -> threads.size() == 4);
    }

    @Test
    void aStandstillDelaysWhatFollowsAndSkipsNothing() throws Exception {
        long[] intended = new long[50];
        long[] committed = new long[50];
        Writers.steadily(1, 10, 1_000, intended, committed, (number, key) -> {
            while (number == 10 && System.nanoTime() - intended[0] < 100_000_000) {
                Thread.onSpinWait(); // until well after the last one was to be written
            }
        });
        assertThat(intended[49] - intended[0]).isEqualTo(49_000_000);
        for (int number = 10; number < 50; number++) {
            assertThat(committed[number] - intended[0])
                    .as("late by the standstill")
                    .isGreaterThanOrEqualTo(100_000_000);
        }
        assertThat(committed).doesNotContain(0);
    }

    @Test
    void aFailureIsTold() {
        assertThatThrownBy(() -> Writers.contending(2, 2, 10, (number, key) -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
    }
}
