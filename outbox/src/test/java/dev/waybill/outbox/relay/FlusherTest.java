package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlusherTest {

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final Semaphore answers = new Semaphore(0);
    private final Flusher flusher = new Flusher(this::untilAnswered, answered::incrementAndGet);

    private void untilAnswered() {
        begun.incrementAndGet();
        answers.acquireUninterruptibly();
    }

    @AfterEach
    void close() {
        answers.release(10);
        flusher.close();
    }

    @Test
    void tells_when_all_is_answered() {
        assertThat(flusher.patience()).isZero();
        flusher.flush();
        await().until(() -> begun.get() == 1);
        assertThat(answered).hasValue(0);

        answers.release();

        await().until(() -> answered.get() == 1);
        assertThat(flusher.patience()).isZero();
    }

    @Test
    void is_worth_a_short_wait_and_no_longer() {
        flusher.flush();
        assertThat(flusher.patience()).isLessThanOrEqualTo(5_000_000);

        await().until(() -> flusher.patience() == 0);

        assertThat(answered).hasValue(0);
    }

    @Test
    void what_was_sent_during_a_flush_has_one_after_it() {
        flusher.flush();
        await().until(() -> begun.get() == 1);
        flusher.flush();
        flusher.flush();

        answers.release();
        await().until(() -> begun.get() == 2);
        assertThat(answered).hasValue(1);
        answers.release();

        await().until(() -> answered.get() == 2);
        assertThat(flusher.patience()).isZero();
    }

    @Test
    void ends_with_what_it_is_doing() {
        flusher.flush();
        await().until(() -> begun.get() == 1);
        flusher.close();
        answers.release();

        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("waybill-relay-flush")));
    }
}
