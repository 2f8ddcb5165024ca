package dev.waybill.bench.harness;

import java.time.Duration;

/** Whether a large backlog is published as fast as a small one, and what it leaves behind delays who comes after it. */
final class Growth {

    private static final int WARM_UP = 200_000;
    private static final int KEYS = 50_000;
    private static final int ENOUGH = 500_000;

    /** Who reads the log gets nothing of a backlog, which is one transaction, before the server has read all of it. */
    private static final Patience PATIENCE = Patience.through(Duration.ofMinutes(2));

    private final Servers servers;
    private final Results results;
    private final Scale scale;

    Growth(Servers servers, Results results, Scale scale) {
        this.servers = servers;
        this.results = results;
        this.scale = scale;
    }

    static String rate(int events) {
        return "drain events/s, %,d behind".formatted(events);
    }

    static Latency.Metrics latency(int events) {
        return new Latency.Metrics("100/s after %,d".formatted(events));
    }

    void measure(Entry entry, boolean record) throws Exception {
        for (int events : scale.growth()) {
            try (Stage stage = new Stage(servers, entry, record)) {
                drain(stage, WARM_UP);
                long counted = 0; // of ten thousand a good part comes with the first receipt, before time begins
                double seconds = 0;
                for (int done = 0; done < ENOUGH || done < events; done += events) { // a small one is over too soon
                    Receiver receiver = drain(stage, events);
                    counted += receiver.countAfterTheFirst();
                    seconds += receiver.seconds();
                }
                results.add(entry.id(), rate(events), counted / seconds);
                stage.child().obey("start");
                new Latency(results, scale).round(stage, stage.child(), latency(events), 100, 1);
                stage.child().obey("stop");
            }
        }
    }

    private Receiver drain(Stage stage, int events) throws Exception {
        stage.child().obey("backlog %s %d %d", stage.nextRun(), events, KEYS);
        stage.tidy();
        try (Receiver receiver = stage.counting()) {
            stage.child().obey("start");
            if (!receiver.await(events, PATIENCE)) {
                throw new IllegalStateException("only %,d of %,d events arrived".formatted(receiver.count(), events));
            }
            stage.child().obey("stop");
            return receiver;
        }
    }
}
