package dev.waybill.bench.harness;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * How long an event takes from its commit to a consumer, at a steady rate. The clock is {@link System#nanoTime}, which on
 * Linux all processes share.
 */
final class Latency {

    /** Names of the metrics at a rate, for tables. */
    record Metrics(String name) {
        String p50() {
            return name + " p50 ms";
        }

        String p99() {
            return name + " p99 ms";
        }

        /** From the time at which the event was meant to be written: a standstill counts for all that it delays. */
        String intendedP99() {
            return name + " p99 ms from the intended time";
        }

        String arrived() {
            return name + " % arrived";
        }
    }

    static final Metrics SLOW = new Metrics("100/s");
    static final Metrics FAST = new Metrics("1,000/s");
    static final Metrics REMOTE = new Metrics("100/s, holder elsewhere");

    private static final int SLOW_RATE = 100;
    private static final int FAST_RATE = 1_000;
    private static final int FAST_THREADS = 8;

    /** After the last was written. Who publishes five a second would be waited for for an hour. */
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(60));

    private final Results results;
    private final Scale scale;

    Latency(Results results, Scale scale) {
        this.results = results;
        this.scale = scale;
    }

    void measure(Stage stage) throws Exception {
        stage.child().obey("start");
        if (round(stage, stage.child(), SLOW, SLOW_RATE, 1)
                && scale.thorough()) { // else it would only wait behind these
            round(stage, stage.child(), FAST, FAST_RATE, FAST_THREADS);
        }
        stage.child().obey("stop");
    }

    /** Written by another process of the service than the one that publishes. */
    void measureRemote(Stage stage) throws Exception {
        stage.child().obey("start");
        try (Child writer = stage.companion()) {
            round(stage, writer, REMOTE, SLOW_RATE, 1);
        }
        stage.child().obey("stop");
    }

    /** @return whether all of them arrived */
    boolean round(Stage stage, Child writer, Metrics metrics, int rate, int threads) throws Exception {
        int skipped = rate * scale.warmUpSeconds();
        int events = skipped + rate * scale.latencySeconds();
        String run = stage.nextRun();
        long[] received = new long[events];
        long[] intended = new long[events];
        long[] committed = new long[events];
        boolean all;
        try (Receiver receiver = stage.listening((event, nanoTime) -> {
            if (event.run().equals(run) && received[(int) event.number()] == 0) {
                received[(int) event.number()] = nanoTime;
            }
        })) {
            Path file = Files.createTempFile("bench", ".nanos");
            writer.obey("steady %s %d %d %d %s", run, rate, events, threads, file);
            all = receiver.await(events, PATIENCE);
            ByteBuffer.wrap(Files.readAllBytes(file))
                    .asLongBuffer()
                    .get(intended)
                    .get(committed);
            Files.delete(file);
        }
        Histogram fromCommit = new Histogram(3);
        Histogram fromIntended = new Histogram(3);
        for (int i = skipped; i < events; i++) {
            if (received[i] > 0) {
                fromCommit.recordValue(Math.max(0, received[i] - committed[i]));
                fromIntended.recordValue(Math.max(0, received[i] - intended[i]));
            }
        }
        String entry = stage.entry().id();
        results.add(entry, metrics.arrived(), 100.0 * fromCommit.getTotalCount() / (events - skipped));
        if (fromCommit.getTotalCount() > 0) {
            results.add(entry, metrics.p50(), fromCommit.getValueAtPercentile(50) / 1e6);
            results.add(entry, metrics.p99(), fromCommit.getValueAtPercentile(99) / 1e6);
            results.add(entry, metrics.intendedP99(), fromIntended.getValueAtPercentile(99) / 1e6);
        }
        return all;
    }
}
