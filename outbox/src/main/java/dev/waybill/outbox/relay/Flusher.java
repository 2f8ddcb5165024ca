package dev.waybill.outbox.relay;

import java.time.Duration;

/**
 * Tells the producer that nothing follows for now. Until then it waits ({@code linger.ms}), so that what is sent in one go travels
 * in one request, whose price the broker, the producer and every consumer pay once. Its own flush returns when all of it is
 * answered; so it has a thread, and its end tells that the answers are in. They come one by one though in one response: who
 * sends again upon the first of them sends many small requests.
 *
 * <p>A hint in both directions: without a flush the linger ends too, and one that takes long, as when a broker is away, is not
 * waited for.
 */
final class Flusher implements AutoCloseable {

    private static final long PATIENCE = Duration.ofMillis(5).toNanos();

    private final Runnable flush;
    private final Runnable answered;
    private final Bell wanted = new Bell();
    private final Worker worker;
    private volatile long asked;
    private volatile long askedAt;
    private volatile long done;

    /**
     * @param flush returns when all that was sent before is answered
     * @param answered called then
     */
    Flusher(Runnable flush, Runnable answered) {
        this.flush = flush;
        this.answered = answered;
        this.worker = new Worker("waybill-relay-flush", this::run);
    }

    private Duration run(Worker worker) {
        while (!worker.isClosed()) {
            wanted.await(Duration.ofMinutes(1));
            long upTo = asked;
            flush.run();
            done = upTo;
            answered.run();
        }
        return Duration.ZERO;
    }

    /** Returns at once. For one thread. */
    void flush() {
        askedAt = System.nanoTime();
        asked++;
        wanted.ring();
    }

    /** How long, in ns, it is still worth waiting until all is answered; 0 when it is. For any thread. */
    long patience() {
        return done == asked ? 0 : Math.max(0, PATIENCE - (System.nanoTime() - askedAt));
    }

    @Override
    public void close() {
        worker.close();
        wanted.ring();
    }
}
