package dev.waybill.bench.harness;

import java.time.Duration;

/** Many write to few keys at once, some roll back: what is missing, what comes twice, what overtakes. */
final class Contention {

    static final String INVERSIONS = "inversions";
    static final String DUPLICATES = "duplicates";
    static final String MISSING = "missing";
    static final String PHANTOMS = "of rolled-back transactions";
    static final String FAILED = "failed transactions";

    private static final int THREADS = 8;
    private static final int KEYS = 50;
    private static final Patience PATIENCE = Patience.through(Duration.ofSeconds(5));

    private final Results results;
    private final Scale scale;

    Contention(Results results, Scale scale) {
        this.results = results;
        this.scale = scale;
    }

    void measure(Stage stage) throws Exception {
        String run = stage.nextRun();
        Judge judge = new Judge(run);
        int events = scale.contended();
        try (Receiver receiver = stage.listening(judge)) {
            stage.child().obey("start");
            String[] answer = stage.child().obey("contend %s %d %d %d", run, events, KEYS, THREADS);
            int rolledBack = Integer.parseInt(answer[0]);
            int failed = Integer.parseInt(answer[1]);
            int written = events - rolledBack - failed;
            receiver.await(written, PATIENCE);
            stage.child().obey("stop");
            String entry = stage.entry().id();
            // The writers roll back each tenth: so a failed one can only be one that was to commit.
            int phantoms = judge.multiplesOf(10);
            results.add(entry, INVERSIONS, judge.inversions());
            results.add(entry, DUPLICATES, judge.duplicates());
            results.add(entry, PHANTOMS, phantoms);
            results.add(entry, MISSING, written - (judge.events() - phantoms));
            results.add(entry, FAILED, failed);
        }
    }
}
