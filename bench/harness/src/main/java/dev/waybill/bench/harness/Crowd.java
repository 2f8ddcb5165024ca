package dev.waybill.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/** So many who do the same over and over, each the next as soon as the last is done. */
final class Crowd {

    /** Has all that it works with for itself. */
    interface Member extends AutoCloseable {
        void act() throws Exception;
    }

    /** @param nanos that each act took */
    record Tally(double seconds, Histogram nanos) {

        long count() {
            return nanos.getTotalCount();
        }

        double perSecond() {
            return count() / seconds;
        }

        double millis(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e6;
        }
    }

    private Crowd() {}

    static Tally busy(int members, int seconds, Callable<Member> recruit) throws Exception {
        List<Member> all = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(members);
        try {
            for (int i = 0; i < members; i++) {
                all.add(recruit.call());
            }
            long begin = System.nanoTime();
            long end = begin + seconds * 1_000_000_000L;
            List<Future<Histogram>> working = new ArrayList<>();
            for (Member member : all) {
                working.add(threads.submit(() -> work(member, end)));
            }
            Histogram together = new Histogram(3);
            for (Future<Histogram> each : working) {
                together.add(each.get());
            }
            return new Tally((System.nanoTime() - begin) / 1e9, together);
        } finally {
            threads.shutdown();
            for (Member member : all) {
                member.close();
            }
        }
    }

    private static Histogram work(Member member, long end) throws Exception {
        Histogram nanos = new Histogram(3);
        for (long begin = System.nanoTime(); begin - end < 0; ) {
            member.act();
            long now = System.nanoTime();
            nanos.recordValue(now - begin);
            begin = now;
        }
        return nanos;
    }
}
