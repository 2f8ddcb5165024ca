package dev.waybill.bench.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Threads that write, each its own share of the keys, so that none waits for another's row unless that is the point. */
final class Writers {

    interface Writing {
        void write(long number, int key) throws Exception;
    }

    private Writers() {}

    /** As many as can be for so long. */
    static long asFastAsCanBe(int threads, int keys, double seconds, Writing writing) throws Exception {
        AtomicLong written = new AtomicLong();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        together(threads, thread -> {
            for (long i = 0; System.nanoTime() - end < 0; i++) {
                writing.write(i * threads + thread, (int) ((i * threads + thread) % keys));
                written.incrementAndGet();
            }
        });
        return written.get();
    }

    /** So many, over all the keys in each thread: they wait for each other's rows. */
    static void contending(int threads, int keys, int events, Writing writing) throws Exception {
        together(threads, thread -> {
            for (int number = thread; number < events; number += threads) {
                writing.write(number, (int) ((number / threads * 7L + thread * 3L) % keys));
            }
        });
    }

    /**
     * At a steady rate. Whoever falls behind skips nothing: what follows is written at once, and late by what it was meant to
     * be, so that a standstill counts for all that it delays (no coordinated omission).
     *
     * @param intended is filled in: the nanosecond of {@link System#nanoTime} at which each was meant to be written
     * @param committed is filled in: when it was
     */
    static void steadily(int threads, int keys, int rate, long[] intended, long[] committed, Writing writing)
            throws Exception {
        long begin = System.nanoTime() + 10_000_000;
        together(threads, thread -> {
            for (int number = thread; number < intended.length; number += threads) {
                intended[number] = begin + number * 1_000_000_000L / rate;
                for (long left = intended[number] - System.nanoTime(); left > 0; ) {
                    LockSupport.parkNanos(left);
                    left = intended[number] - System.nanoTime();
                }
                writing.write(number, number % keys);
                committed[number] = System.nanoTime();
            }
        });
    }

    private interface Share {
        void run(int thread) throws Exception;
    }

    private static void together(int threads, Share share) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> shares = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                shares.add(executor.submit(() -> {
                    share.run(thread);
                    return null;
                }));
            }
            for (Future<?> each : shares) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            executor.shutdownNow();
        }
    }
}
