package dev.waybill.systemtests.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Operation.Result;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.judge.Verdict;
import dev.waybill.systemtests.judge.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Writes what people read of judged rounds. */
public final class Report {

    static {
        // A picture needs no screen, also where there seems to be one.
        System.setProperty("java.awt.headless", "true");
    }

    private Report() {}

    /** Writes {@code report.md} and the picture in it, {@code timeline.svg}, over what is there. */
    public static void write(Path folder, History history, Verdict verdict) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), page(history, verdict));
        Files.writeString(folder.resolve("timeline.svg"), new Timeline(history).svg());
    }

    /** Writes {@code summary.md}, over what is there: a run of many rounds. */
    public static void summary(Path folder, List<Outcome> outcomes) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("summary.md"), summary(outcomes));
    }

    private static String page(History history, Verdict verdict) {
        Round round = history.round();
        Markdown page = new Markdown();
        page.line("# %s: %s", round.name(), verdict(verdict.violations().size()))
                .line("")
                .line("![What piled up, the breaker, and the faults, over time](timeline.svg)")
                .line("")
                .columns("", "")
                .row("seed", round.seed())
                .row("began", round.startedAt())
                .row("length", seconds(Timeline.length(history)))
                .row("instances of each service", round.instances())
                .row("last fault over", seconds(round.healedAt()))
                .row(
                        "converged",
                        convergence(verdict.counts().convergenceMillis()) + ", limit " + round.limitSeconds() + " s");
        page.heading("Once more")
                .line("```")
                .line("system-tests/soak %d %d", minutes(round.healedAt()), round.seed())
                .line("```")
                .line("")
                .line("The same faults at the same times. What they meet is not the same to the millisecond.");
        verdict(page, verdict);
        faults(page, history.faults());
        operations(page, history.operations());
        return page.toString();
    }

    private static String verdict(int violations) {
        return violations == 0 ? "acquitted" : "condemned, %d violations".formatted(violations);
    }

    private static void verdict(Markdown page, Verdict verdict) {
        Verdict.Counts counts = verdict.counts();
        page.heading("Judged")
                .columns("", "")
                .row("orders that clients were told of", counts.ordersAcknowledged())
                .row("orders that are there", counts.orders())
                .row("bookings that the carrier has", counts.bookings())
                .row("events on the topics", counts.events())
                .row("repetitions of them (allowed)", counts.duplicates())
                .row("orders changed by a call long given up (allowed)", counts.lateCalls())
                .line("")
                .line(
                        "Each order, shipment, booking and event is there once and nothing else is; in order per key; at the"
                                + " address last wished; cancelled if and only if wished; in a final state, the same everywhere; the"
                                + " relays have nothing left; the poison, and only that, is in the dead letters; each fault showed.");
        page.heading("Violations");
        if (verdict.acquitted()) {
            page.line("None.");
            return;
        }
        Map<Violation.Kind, Long> kinds =
                verdict.violations().stream().collect(groupingBy(Violation::kind, TreeMap::new, counting()));
        page.columns("kind", "how many");
        kinds.forEach(page::row);
        page.line("").columns("kind", "of", "what");
        verdict.violations().forEach(each -> page.row(each.kind(), each.subject(), each.text()));
    }

    private static void faults(Markdown page, List<FaultSpan> faults) {
        page.heading("Faults").columns("fault", "how many", "with effect", "without", "could not be done");
        Map<String, List<FaultSpan>> byName =
                faults.stream().collect(groupingBy(FaultSpan::name, TreeMap::new, Collectors.toList()));
        byName.forEach((name, each) -> page.row(
                name,
                each.size(),
                fates(each, Timeline.Fate.DONE),
                fates(each, Timeline.Fate.WITHOUT_EFFECT),
                fates(each, Timeline.Fate.NOT_DONE)));
        page.line("").columns("from", "to", "fault", "of", "effect");
        faults.stream()
                .sorted(Comparator.comparingLong(FaultSpan::from))
                .forEach(fault -> page.row(
                        seconds(fault.from()), seconds(fault.to()), fault.name(), fault.target(), effect(fault)));
    }

    private static long fates(List<FaultSpan> faults, Timeline.Fate fate) {
        return faults.stream().filter(fault -> Timeline.Fate.of(fault) == fate).count();
    }

    private static String effect(FaultSpan fault) {
        return switch (Timeline.Fate.of(fault)) {
            case DONE -> fault.effect();
            case WITHOUT_EFFECT -> "**none seen**";
            case NOT_DONE -> "could not be done: " + fault.problem();
        };
    }

    private static void operations(Markdown page, List<Operation> operations) {
        page.heading("Operations").columns("operation", "wishes", "calls", "retries", "OK", "FAIL", "UNKNOWN");
        Map<Operation.Kind, List<Operation>> byKind =
                operations.stream().collect(groupingBy(Operation::kind, TreeMap::new, Collectors.toList()));
        byKind.forEach((kind, calls) -> operations(page, kind.toString(), calls));
        operations(page, "all", operations);
    }

    private static void operations(Markdown page, String name, List<Operation> calls) {
        long wishes = calls.stream().map(Operation::wish).distinct().count();
        Map<Result, Long> results = calls.stream().collect(groupingBy(Operation::result, counting()));
        page.row(
                name,
                wishes,
                calls.size(),
                calls.size() - wishes,
                results.getOrDefault(Result.OK, 0L),
                results.getOrDefault(Result.FAIL, 0L),
                results.getOrDefault(Result.UNKNOWN, 0L));
    }

    private static String summary(List<Outcome> outcomes) {
        int violations = outcomes.stream().mapToInt(Outcome::violations).sum();
        long condemned =
                outcomes.stream().filter(outcome -> outcome.violations() > 0).count();
        Markdown page = new Markdown()
                .line("# %d rounds: %s", outcomes.size(), verdict(violations))
                .line("")
                .columns("", "")
                .row("rounds condemned", condemned)
                .row(
                        "hours",
                        "%.1f"
                                .formatted(outcomes.stream()
                                                .mapToLong(Outcome::lengthMillis)
                                                .sum()
                                        / 3_600_000.0))
                .row(
                        "orders that clients were told of",
                        sum(outcomes, outcome -> outcome.counts().ordersAcknowledged()))
                .row("calls OK", sum(outcomes, outcome -> calls(outcome, Result.OK)))
                .row("calls FAIL", sum(outcomes, outcome -> calls(outcome, Result.FAIL)))
                .row("calls UNKNOWN", sum(outcomes, outcome -> calls(outcome, Result.UNKNOWN)))
                .row("events", sum(outcomes, outcome -> outcome.counts().events()))
                .row(
                        "repetitions of them",
                        sum(outcomes, outcome -> outcome.counts().duplicates()));
        convergence(page, outcomes);
        page.heading("Faults done").columns("fault", "how many");
        Map<String, Long> faults = new TreeMap<>();
        outcomes.forEach(outcome -> outcome.faults().forEach((name, count) -> faults.merge(name, count, Long::sum)));
        faults.forEach(page::row);
        page.row("all", faults.values().stream().mapToLong(Long::longValue).sum());
        page.heading("Rounds")
                .columns(
                        "round",
                        "seed",
                        "minutes",
                        "orders",
                        "OK",
                        "FAIL",
                        "UNKNOWN",
                        "faults",
                        "violations",
                        "converged");
        outcomes.forEach(outcome -> page.row(
                outcome.round().name(),
                outcome.round().seed(),
                "%.1f".formatted(outcome.lengthMillis() / 60_000.0),
                outcome.counts().ordersAcknowledged(),
                calls(outcome, Result.OK),
                calls(outcome, Result.FAIL),
                calls(outcome, Result.UNKNOWN),
                faults(outcome.faults()),
                outcome.violations() == 0 ? "0" : "**%d**".formatted(outcome.violations()),
                convergence(outcome.counts().convergenceMillis())));
        return page.toString();
    }

    private static void convergence(Markdown page, List<Outcome> outcomes) {
        List<Long> took = outcomes.stream()
                .map(outcome -> outcome.counts().convergenceMillis())
                .filter(millis -> millis != null)
                .sorted()
                .toList();
        page.row("rounds that did not converge", outcomes.size() - took.size());
        if (!took.isEmpty()) {
            page.row("convergence after the last fault, p50", seconds(took.get((took.size() - 1) / 2)))
                    .row("convergence after the last fault, longest", seconds(took.get(took.size() - 1)));
        }
    }

    private static long sum(List<Outcome> outcomes, ToLongFunction<Outcome> number) {
        return outcomes.stream().mapToLong(number).sum();
    }

    private static long calls(Outcome outcome, Result result) {
        return outcome.counts().calls().getOrDefault(result, 0L);
    }

    private static String faults(Map<String, Long> faults) {
        return faults.entrySet().stream()
                .map(fault -> fault.getValue() + " " + fault.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String convergence(Long millis) {
        return millis == null ? "not within the limit" : seconds(millis) + " after the last fault";
    }

    private static String seconds(long millis) {
        return "%.1f s".formatted(millis / 1000.0);
    }

    /** At least one. */
    private static long minutes(long millis) {
        return Math.max(1, Math.round(millis / 60_000.0));
    }
}
