package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoomTest {

    private static final Duration LONG = Duration.ofDays(1);

    private final AtomicInteger free = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    private Room room(Duration goodFor) {
        return new Room(
                () -> {
                    asked.incrementAndGet();
                    return free.get();
                },
                goodFor);
    }

    @Test
    void letsInAsManyAsThereIsRoomFor() {
        Room room = room(LONG);
        free.set(30);
        assertThat(room.enter(20)).isEqualTo(20);
        assertThat(room.enter(20)).as("while 20 are under way").isEqualTo(10);
        assertThat(room.enter(20)).isZero();
        room.leave(20);
        room.leave(10);
        assertThat(room.enter(40)).as("when they were rolled back").isEqualTo(30);
    }

    @Test
    void asksAgainWhenATenthOfTheAnswerIsTaken() {
        Room room = room(LONG);
        free.set(1_000);
        for (int i = 0; i < 4; i++) {
            assertThat(room.enter(30)).isEqualTo(30);
            room.leave(30);
        }
        assertThat(asked).hasValue(1);
        room.enter(1);
        assertThat(asked).hasValue(2);
    }

    @Test
    void asksAgainWhenTheAnswerIsOld() {
        Room room = room(Duration.ZERO);
        free.set(1_000);
        room.leave(room.enter(1));
        free.set(0);
        assertThat(room.enter(1)).isZero();
    }

    @Test
    void asksEachTimeWhileThereIsNone() {
        Room room = room(LONG);
        free.set(-5);
        assertThat(room.enter(1)).isZero();
        free.set(1);
        assertThat(room.enter(1)).isEqualTo(1);
    }

    @Test
    void letsNobodyInWhileTheHandlerCannotTell() {
        free.set(100);
        AtomicInteger failing = new AtomicInteger();
        Room room = new Room(
                () -> {
                    if (failing.get() == 1) {
                        throw new IllegalStateException("the database is away");
                    }
                    return free.get();
                },
                LONG);
        room.leave(room.enter(50));
        failing.set(1);
        assertThatThrownBy(() -> room.enter(1)).isInstanceOf(IllegalStateException.class);
        failing.set(0);
        assertThat(room.enter(200)).isEqualTo(100);
    }

    /** What is stored is the truth; it is read, and written, at any time between entering and leaving. */
    @Test
    void listenersAtTheSameTimeNeverTakeMoreThanThereIsRoomFor() throws Exception {
        int limit = 5_000;
        AtomicInteger stored = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Room room = new Room(() -> limit - stored.get(), Duration.ofNanos(20_000));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> listeners = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                listeners.add(threads.submit(() -> {
                    for (int batch = 0; batch < 20_000; batch++) {
                        int entered = room.enter(1 + random.nextInt(700));
                        Thread.yield(); // as a transaction takes its time
                        if (random.nextInt(10) > 0) { // else it is rolled back
                            most.accumulateAndGet(stored.addAndGet(entered), Math::max);
                        }
                        room.leave(entered);
                        int done = random.nextInt(800);
                        stored.updateAndGet(now -> Math.max(0, now - done));
                    }
                }));
            }
            for (Future<?> listener : listeners) {
                listener.get(1, TimeUnit.MINUTES);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isLessThanOrEqualTo(limit).isGreaterThan(limit / 2);
    }
}
