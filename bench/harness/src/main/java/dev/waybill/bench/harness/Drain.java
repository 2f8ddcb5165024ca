package dev.waybill.bench.harness;

import java.time.Duration;
import java.util.List;

/** A backlog, published: events a second from the first receipt to the last, and what that takes of the machine. */
final class Drain {

    static final String RATE = "drain events/s";
    static final String HOT_RATE = "drain events/s, hot keys";

    /** Of the process, PostgreSQL and Kafka. */
    static final List<String> CPU = List.of("own CPU s", "Postgres's", "Kafka's");

    static final String MEMORY = "peak MB";

    private static final int FIRST = 500;
    private static final int LEAST = 50;
    private static final int KEYS = 50_000;

    /** About a dozen events of each key in a read of 5,000. */
    private static final int HOT_KEYS = 400;

    private static final Patience PATIENCE = Patience.through(Duration.ofSeconds(20));

    private final Results results;
    private final Scale scale;

    Drain(Results results, Scale scale) {
        this.results = results;
        this.scale = scale;
    }

    void measure(Stage stage) throws Exception {
        double rate = 0;
        for (int events = FIRST, i = 0; i < scale.drainWarmUps(); i++) { // and tells how large a backlog may be
            rate = round(stage, events, KEYS, false);
            events = size(rate, scale.drainSeconds());
            Machine.settle(scale.settleSeconds());
        }
        int events = size(rate, scale.drainSeconds());
        if (scale.thorough()) { // what takes turns is another way through the code
            round(stage, events, HOT_KEYS, false);
            Machine.settle(scale.settleSeconds());
        }
        for (int i = 0; i < scale.drainRounds(); i++) {
            results.add(stage.entry().id(), RATE, round(stage, events, KEYS, true));
            if (scale.thorough()) {
                results.add(stage.entry().id(), HOT_RATE, round(stage, events, HOT_KEYS, false));
            }
        }
        results.add(
                stage.entry().id(), MEMORY, Machine.peakMegabytes(stage.child().pid()));
    }

    private int size(double rate, double seconds) {
        return (int) Math.max(LEAST, Math.min(scale.drainEvents(), rate * seconds));
    }

    private double round(Stage stage, int events, int keys, boolean measured) throws Exception {
        stage.child().obey("backlog %s %d %d", stage.nextRun(), events, keys);
        stage.tidy();
        try (Receiver receiver = stage.counting()) {
            double[] before = stage.cpuSeconds();
            stage.child().obey("start");
            if (!receiver.await(events, PATIENCE)) {
                throw new IllegalStateException("only %,d of %,d events arrived".formatted(receiver.count(), events));
            }
            double[] after = stage.cpuSeconds();
            stage.child().obey("stop");
            for (int i = 0; measured && i < after.length; i++) {
                results.add(stage.entry().id(), CPU.get(i), (after[i] - before[i]) / events * 100_000);
            }
            return events / receiver.seconds();
        }
    }
}
