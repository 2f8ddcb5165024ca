package dev.waybill.bench.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Transactions a second while events are published, beside the same transactions with a plain insert and no relay; and how
 * many of the events had been received when the writers stopped, for a relay that falls behind looks cheap.
 */
final class Writing {

    static final String PLAIN = "plain transactions/s";
    static final String RATE = "transactions/s";
    static final String RATIO = "to plain";
    static final String RELAYED = "% relayed by the end";

    /** Of the process, PostgreSQL and Kafka. */
    static final List<String> CPU = List.of("writing: own CPU s", "writing: Postgres's", "writing: Kafka's");

    /** The same for the plain transactions. */
    static final List<String> PLAIN_CPU = List.of("plain: own CPU s", "plain: Postgres's", "plain: Kafka's");

    private static final int THREADS = 8;
    private static final int BURST_SECONDS = 2;

    /** In the warm-up: who has not published it by then falls behind. */
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(3), Duration.ofSeconds(20));

    private final Results results;
    private final Scale scale;

    Writing(Results results, Scale scale) {
        this.results = results;
        this.scale = scale;
    }

    void measure(Stage stage) throws Exception {
        String entry = stage.entry().id();
        stage.child().obey("plain %s %d %d", stage.nextRun(), BURST_SECONDS, THREADS);
        Machine.settle(scale.settleSeconds());
        double before = plain(stage);
        stage.child().obey("start");
        warmUp(stage);
        double own = own(stage);
        stage.child().obey("stop");
        double after = plain(stage);
        results.add(entry, PLAIN, (before + after) / 2);
        results.add(entry, RATE, own);
        results.add(entry, RATIO, own / ((before + after) / 2));
    }

    /**
     * In bursts, with rests in which the compilers of all processes catch up: at full load they are among twenty that want a
     * processor, and would still be at work minutes later.
     */
    private void warmUp(Stage stage) throws Exception {
        for (int i = 0; i < scale.warmUpBursts(); i++) {
            try (Receiver receiver = stage.counting()) {
                String[] answer = stage.child().obey("write %s %d %d", stage.nextRun(), BURST_SECONDS, THREADS);
                receiver.await(Long.parseLong(answer[0]), PATIENCE);
            }
            Machine.settle(scale.settleSeconds());
        }
    }

    private double own(Stage stage) throws Exception {
        AtomicLong arrived = new AtomicLong();
        String run = stage.nextRun();
        try (Receiver receiver = stage.listening((event, nanoTime) -> {
            if (event.run().equals(run)) {
                arrived.incrementAndGet();
            }
        })) {
            stage.tidy();
            double[] spent = stage.cpuSeconds();
            String[] answer = stage.child().obey("write %s %d %d", run, scale.writeSeconds(), THREADS);
            long relayed = arrived.get();
            tellCpu(stage, CPU, spent, answer);
            results.add(stage.entry().id(), RELAYED, 100.0 * relayed / Long.parseLong(answer[0]));
            return perSecond(answer);
        }
    }

    private double plain(Stage stage) throws Exception {
        stage.tidy();
        double[] spent = stage.cpuSeconds();
        String[] answer = stage.child().obey("plain %s %d %d", stage.nextRun(), scale.writeSeconds(), THREADS);
        tellCpu(stage, PLAIN_CPU, spent, answer);
        return perSecond(answer);
    }

    /** For a hundred thousand transactions. */
    private void tellCpu(Stage stage, List<String> names, double[] before, String[] answer) throws IOException {
        double[] after = stage.cpuSeconds();
        for (int i = 0; i < after.length; i++) {
            results.add(stage.entry().id(), names.get(i), (after[i] - before[i]) / Long.parseLong(answer[0]) * 100_000);
        }
    }

    private static double perSecond(String[] answer) {
        return Long.parseLong(answer[0]) / (Long.parseLong(answer[1]) / 1e9);
    }
}
