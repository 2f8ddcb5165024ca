package dev.waybill.bench.gruelbox;

import com.gruelbox.transactionoutbox.Submitter;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What can be set.
 *
 * @param room whether a flush has where to put what it takes; an entry that finds the queue full is put off by the attempt
 *     frequency
 */
record Tuning(int threads, Submitter submitter, BooleanSupplier room, Duration attemptFrequency, Duration pause) {

    private static final int THREADS = 16;
    private static final int QUEUE = 16_384; // as long as the default's
    private static final int FLUSH_BATCH = 4_096; // the default

    /** One thread, entries are tried again after two minutes; the worker looks once a minute as in its documentation. */
    static Tuning none() {
        return new Tuning(1, Submitter.withDefaultExecutor(), () -> true, Duration.ofMinutes(2), Duration.ofMinutes(1));
    }

    static Tuning best() {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.MILLISECONDS, new ArrayBlockingQueue<>(QUEUE));
        return new Tuning(
                THREADS,
                Submitter.withExecutor(executor),
                () -> executor.getQueue().remainingCapacity() >= FLUSH_BATCH,
                Duration.ofSeconds(15),
                Duration.ofMillis(100));
    }
}
