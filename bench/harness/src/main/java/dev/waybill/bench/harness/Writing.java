package dev.waybill.bench.harness;

import java.time.Duration;
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

    private static final int THREADS = 8;

    /** After the warm-up: who has not published it by then falls behind. */
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final Results results;
    private final Scale scale;

    Writing(Results results, Scale scale) {
        this.results = results;
        this.scale = scale;
    }

    void measure(Stage stage) throws Exception {
        String entry = stage.entry().id();
        warmUp(stage);
        double before = plain(stage, scale.writeSeconds());
        AtomicLong arrived = new AtomicLong();
        String run = stage.nextRun();
        double own;
        try (Receiver receiver = stage.listening((event, nanoTime) -> {
            if (event.run().equals(run)) {
                arrived.incrementAndGet();
            }
        })) {
            stage.child().obey("start");
            stage.child().tell("write %s %d %d", run, scale.writeSeconds(), THREADS);
            String[] answer = stage.child().answer();
            long relayed = arrived.get();
            own = perSecond(answer);
            results.add(entry, RELAYED, 100.0 * relayed / Long.parseLong(answer[0]));
            stage.child().obey("stop");
        }
        double after = plain(stage, scale.writeSeconds());
        results.add(entry, PLAIN, (before + after) / 2);
        results.add(entry, RATE, own);
        results.add(entry, RATIO, own / ((before + after) / 2));
    }

    private void warmUp(Stage stage) throws Exception {
        plain(stage, scale.warmUpSeconds());
        try (Receiver receiver = stage.counting()) {
            stage.child().obey("start");
            String[] answer = stage.child().obey("write %s %d %d", stage.nextRun(), scale.warmUpSeconds(), THREADS);
            receiver.await(Long.parseLong(answer[0]), SILENCE);
            stage.child().obey("stop");
        }
    }

    private double plain(Stage stage, int seconds) throws Exception {
        return perSecond(stage.child().obey("plain %s %d %d", stage.nextRun(), seconds, THREADS));
    }

    private static double perSecond(String[] answer) {
        return Long.parseLong(answer[0]) / (Long.parseLong(answer[1]) / 1e9);
    }
}
