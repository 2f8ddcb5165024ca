package dev.waybill.systemtests.rounds;

import dev.waybill.sandbox.Console;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.judge.Judge;
import dev.waybill.systemtests.judge.Verdict;
import dev.waybill.systemtests.report.Outcome;
import dev.waybill.systemtests.report.Report;
import dev.waybill.systemtests.rounds.Trial.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rounds, one after the other, until the time is over: the program behind {@code system-tests/soak}. */
final class Soak {

    private static final Duration ROUND = Duration.ofMinutes(5);
    private static final String USAGE = """
            usage: system-tests/soak MINUTES [SEED [FOLDER]]
              MINUTES  how long customers and nemesis are at it, in all; rounds of five minutes, or one of less
              SEED     of the first round; else one is drawn, and printed
              FOLDER   for the reports; else system-tests/target/soak/SEED""";

    private static final Console CONSOLE = new Console(System.out);

    private Soak() {}

    /** @param arguments the project's folder, then what the user gave */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2 || arguments.length > 4 || !arguments[1].matches("[1-9]\\d{0,3}")) {
            new Console(System.err).say(USAGE);
            System.exit(2);
        }
        Path project = Path.of(arguments[0]).toAbsolutePath().normalize();
        Duration left = Duration.ofMinutes(Long.parseLong(arguments[1]));
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime() & 0xffff_ffffL;
        Path folder = arguments.length > 3
                ? Path.of(arguments[3])
                : project.resolve("system-tests")
                        .resolve("target")
                        .resolve("soak")
                        .resolve(Long.toString(seed));
        CONSOLE.say("seed %d, reports in %s", seed, folder);
        System.exit(run(project, folder, left, seed) ? 0 : 1);
    }

    /** @return whether all were acquitted */
    private static boolean run(Path project, Path folder, Duration left, long seed) throws Exception {
        List<Outcome> rounds = new ArrayList<>();
        while (left.compareTo(Duration.ZERO) > 0) {
            Duration lasting = left.compareTo(ROUND) < 0 ? left : ROUND;
            rounds.add(round(project, folder, rounds.size() + 1, lasting, seed + rounds.size()));
            Files.createDirectories(folder);
            Report.summary(folder, rounds);
            left = left.minus(lasting);
        }
        CONSOLE.say(Files.readString(folder.resolve("summary.md")));
        return rounds.stream().allMatch(round -> round.violations() == 0);
    }

    private static Outcome round(Path project, Path folder, int number, Duration lasting, long seed) throws Exception {
        // Two instances in two rounds of three; asking again in one of three.
        int instances = number % 3 == 1 ? 1 : 2;
        boolean askingAgain = number % 3 == 0;
        Path into = folder.resolve("round-" + number);
        History history = new Trial(
                        new Plan(seed, "round-" + number, lasting, instances, false, askingAgain), project, into)
                .run();
        Verdict verdict = Judge.judge(history);
        Report.write(into, history, verdict);
        CONSOLE.say("round %d, seed %d: %s", number, seed, verdict);
        return Outcome.of(history, verdict);
    }
}
