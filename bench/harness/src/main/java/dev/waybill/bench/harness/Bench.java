package dev.waybill.bench.harness;

import dev.waybill.bench.harness.Options.Discipline;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures what it is asked for, one contender at a time on the same servers, and reports. */
public final class Bench {

    /** Where the contenders are: {@code waybill.bench} where the project's root is not the working directory. */
    static final Path FOLDER =
            Path.of(System.getProperty("waybill.bench", "bench")).toAbsolutePath();

    static final Path TARGET = FOLDER.resolve("target");

    private final Options options;
    private final Servers servers;
    private final Results results;
    private final Map<Entry, String> descriptions = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    private Bench(Options options, Servers servers, Results results) {
        this.options = options;
        this.servers = servers;
        this.results = results;
    }

    public static void main(String[] arguments) throws Exception {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        if (options == null) {
            System.out.print(Options.HELP);
            return;
        }
        Path report = TARGET.resolve("report");
        try {
            hold(options, TARGET.resolve("servers"), report);
        } catch (Servers.InUse e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        System.out.println("Also, with pictures and every value, in " + report);
        System.exit(0); // consumers' threads of failed rounds
    }

    /**
     * Measures and reports.
     *
     * @param home of the servers; what an earlier run left there is removed
     * @param report the folder for the report
     * @throws Servers.InUse by another run; then nothing is touched
     */
    static Bench hold(Options options, Path home, Path report) throws Exception {
        try (FileChannel claim = Servers.claim(home);
                Servers servers = Servers.start(home)) {
            Results results = new Results(report.resolve("values.csv"));
            List<String> surroundings = new ArrayList<>(Machine.describe());
            surroundings.addAll(servers.describe());
            Bench bench = new Bench(options, servers, results);
            bench.measure();
            new Report(options, results, surroundings, bench.descriptions, bench.failures).write(report);
            return bench;
        }
    }

    /** What could not be measured, and why. */
    List<String> failures() {
        return failures;
    }

    private void measure() {
        for (int pass = 1; pass <= options.scale().passes(); pass++) {
            results.pass(pass);
            for (Entry entry : options.entries()) {
                contest(pass, entry);
            }
            Map<Discipline, SystemRounds.Round> system =
                    new SystemRounds(servers, results, options.scale(), options.record()).all();
            system.keySet().removeIf(discipline -> !options.wants(discipline));
            if (!system.isEmpty()) {
                announce(pass, SystemRounds.ENTRY);
                system.forEach((discipline, round) -> attempt(SystemRounds.ENTRY, discipline.label(), round::measure));
            }
        }
        results.pass(1);
        if (options.wants(Discipline.GROWTH)) {
            options.entries().stream()
                    .filter(Entry::canGrow)
                    .forEach(entry -> attempt(
                            entry.id(),
                            Discipline.GROWTH.label(),
                            () -> new Growth(servers, results, options.scale()).measure(entry, options.record())));
        }
    }

    private interface Round {
        void run() throws Exception;
    }

    /** Who fails in one discipline takes part in the others. */
    private void attempt(String entry, String what, Round round) {
        try {
            round.run();
        } catch (Exception | Error e) {
            failures.add("%s, %s: %s".formatted(entry, what, e.getMessage()));
            System.out.println("    failed: " + e);
        }
    }

    private static void announce(int pass, String who) {
        System.out.printf("pass %d, %s, load %s%n", pass, who, Machine.load());
    }

    private interface Play {
        void on(Stage stage) throws Exception;
    }

    private void contest(int pass, Entry entry) {
        Map<Discipline, Play> plays = new EnumMap<>(Discipline.class);
        plays.put(Discipline.ORDER, new Contention(results, options.scale())::measure);
        plays.put(Discipline.LATENCY, stage -> {
            Latency latency = new Latency(results, options.scale());
            latency.measure(stage);
            if (entry.id().equals(Entry.WAYBILL)) {
                latency.measureRemote(stage);
            }
        });
        plays.put(Discipline.WRITE, new Writing(results, options.scale())::measure);
        plays.put(Discipline.DRAIN, new Drain(results, options.scale())::measure);
        plays.keySet().removeIf(discipline -> !options.wants(discipline));
        if (plays.isEmpty()) {
            return;
        }
        announce(pass, entry.id());
        if (options.scale().thorough()) {
            // A stage of its own for each, so that nobody inherits what another discipline has left.
            plays.forEach((discipline, play) -> attempt(entry.id(), discipline.label(), () -> on(entry, play)));
        } else {
            attempt(
                    entry.id(),
                    "start",
                    () -> on(
                            entry,
                            stage -> plays.forEach((discipline, play) ->
                                    attempt(entry.id(), discipline.label(), () -> play.on(stage)))));
        }
    }

    private void on(Entry entry, Play play) throws Exception {
        try (Stage stage = new Stage(servers, entry, options.record())) {
            descriptions.put(entry, stage.child().description());
            play.on(stage);
        }
    }
}
