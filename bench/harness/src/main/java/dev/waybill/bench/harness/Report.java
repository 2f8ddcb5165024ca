package dev.waybill.bench.harness;

import dev.waybill.bench.harness.Options.Discipline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was measured, as Markdown that reads well on a console too, and as pictures. */
final class Report {

    private static final String WHOLE = "%,.0f";
    private static final String TENTHS = "%.1f";
    private static final String HUNDREDTHS = "%.2f";

    /** Of a table's columns: Markdown wants three characters in the line below the header. */
    private static final int NARROWEST = 3;

    private record Column(String header, Function<Entry, String> cell) {}

    private final Options options;
    private final Results results;
    private final List<String> surroundings;
    private final Map<Entry, String> descriptions;
    private final List<String> failures;
    private final StringBuilder text = new StringBuilder();

    Report(
            Options options,
            Results results,
            List<String> surroundings,
            Map<Entry, String> descriptions,
            List<String> failures) {
        this.options = options;
        this.results = results;
        this.surroundings = surroundings;
        this.descriptions = descriptions;
        this.failures = failures;
    }

    /** Writes {@code report.md} and the pictures into the folder, and the text to the console. */
    void write(Path folder) throws IOException {
        line("# Benchmark\n");
        surroundings.forEach(this::item);
        item("%d passes over all contenders; median (least–most)"
                .formatted(options.scale().passes()));
        line("\n## Contenders\n");
        descriptions.forEach((entry, description) -> item("`" + entry.id() + "`: " + description.replace(" | ", "; ")));
        if (options.wants(Discipline.DRAIN)) {
            drain();
        }
        if (options.wants(Discipline.LATENCY)) {
            latency();
        }
        if (options.wants(Discipline.WRITE)) {
            writing();
        }
        if (options.wants(Discipline.ORDER)) {
            order();
        }
        if (options.wants(Discipline.GROWTH)) {
            growth();
        }
        if (Discipline.SYSTEM.stream().anyMatch(options::wants)) {
            system();
        }
        if (!failures.isEmpty()) {
            line("\n## Failed\n");
            failures.forEach(this::item);
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), text);
        new Plots(results, options.entries()).write(folder);
        System.out.println(text);
    }

    private void drain() {
        line("\n## Drain: a backlog, events a second from the first receipt to the last\n");
        table(
                metric("events/s", Drain.RATE, WHOLE),
                new Column("to the bare loop", entry -> results.ratio(entry.id(), Entry.BARE, Drain.RATE, HUNDREDTHS)),
                metric("events/s, 400 keys", Drain.HOT_RATE, WHOLE),
                new Column(
                        "to the bare loop", entry -> results.ratio(entry.id(), Entry.BARE, Drain.HOT_RATE, HUNDREDTHS)),
                new Column(
                        "CPU s for 100,000: own + Postgres + Kafka",
                        entry -> Drain.CPU.stream()
                                .map(part -> results.spread(entry.id(), part, TENTHS))
                                .collect(Collectors.joining(" + "))),
                metric("process's peak, MB", Drain.MEMORY, WHOLE));
    }

    private void latency() {
        line("\n## Latency: ms from commit to consumer\n");
        List<Column> columns = new ArrayList<>();
        for (Latency.Metrics rate : List.of(Latency.SLOW, Latency.FAST)) {
            columns.add(metric(rate.name() + " p50", rate.p50(), TENTHS));
            columns.add(metric("p99", rate.p99(), TENTHS));
            columns.add(metric("p99 ¹", rate.intendedP99(), TENTHS));
            columns.add(metric("% arrived", rate.arrived(), WHOLE));
        }
        table(columns.toArray(Column[]::new));
        line(
                "¹ From the time at which the event was meant to be written (no coordinated omission), its transaction included.");
        if (results.has(Entry.WAYBILL, Latency.REMOTE.p50())) {
            line(
                    "\nWaybill, written by another process of the service than the one that publishes, 100/s: p50 %s, p99 %s."
                            .formatted(
                                    results.spread(Entry.WAYBILL, Latency.REMOTE.p50(), TENTHS),
                                    results.spread(Entry.WAYBILL, Latency.REMOTE.p99(), TENTHS)));
        }
    }

    private void writing() {
        line("\n## Writing: transactions a second of 8 threads, while events are published\n");
        table(
                metric("to a plain insert", Writing.RATIO, HUNDREDTHS),
                metric("% relayed by the end", Writing.RELAYED, WHOLE),
                metric("transactions/s", Writing.RATE, WHOLE),
                metric("plain, in the same process", Writing.PLAIN, WHOLE),
                metric("CPU s for 100,000: its own", Writing.CPU.get(0), TENTHS),
                metric("Postgres's", Writing.CPU.get(1), TENTHS),
                metric("Kafka's", Writing.CPU.get(2), TENTHS),
                metric("plain: own", Writing.PLAIN_CPU.get(0), TENTHS),
                metric("plain: Postgres's", Writing.PLAIN_CPU.get(1), TENTHS));
    }

    private void order() {
        line("\n## Order: %,d events of 50 keys by 8 threads, a tenth rolled back; most of any pass\n"
                .formatted(options.scale().contended()));
        table(
                most(Contention.INVERSIONS),
                most(Contention.MISSING),
                most(Contention.DUPLICATES),
                most(Contention.PHANTOMS),
                most(Contention.FAILED));
    }

    private void growth() {
        line("\n## Growth\n");
        List<Column> columns = new ArrayList<>();
        for (int events : options.scale().growth()) {
            columns.add(metric("drain, %,d behind".formatted(events), Growth.rate(events), WHOLE));
        }
        for (int events : options.scale().growth()) {
            Latency.Metrics latency = Growth.latency(events);
            columns.add(new Column(
                    "p50 / p99 ms after %,d".formatted(events),
                    entry -> results.spread(entry.id(), latency.p50(), TENTHS)
                            + " / "
                            + results.spread(entry.id(), latency.p99(), TENTHS)));
        }
        table(columns.toArray(Column[]::new));
    }

    private void system() {
        line("\n## The two services, beside servers and whoever asks them on the same machine\n");
        line("Their JVMs with %s, those of the starts with the sandbox's options; topics of 6 partitions.\n"
                .formatted(String.join(" ", Services.AS_IN_IMAGES)));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "median (least–most)"));
        rows.add(system("`POST /orders`/s, %d clients".formatted(Posting.CLIENTS), Posting.RATE, WHOLE));
        rows.add(system("p50, ms", Posting.P50, TENTHS));
        rows.add(system("p99, ms", Posting.P99, TENTHS));
        for (String part : Services.PARTS) {
            rows.add(system("CPU ms of " + part + " for each, up to its being shipped", Posting.cpu(part), HUNDREDTHS));
        }
        rows.add(system("the same SQL/s by %d connections".formatted(Posting.CONNECTIONS), Posting.PLAIN, WHOLE));
        rows.add(system("`POST /orders` to the same SQL", Posting.RATIO, HUNDREDTHS));
        rows.add(system("`POST /orders`/s while shipping is away", Posting.RATE_ALONE, WHOLE));
        rows.add(system("these to the same SQL", Posting.RATIO_ALONE, HUNDREDTHS));
        rows.add(system(Posting.RELAYED, Posting.RELAYED, WHOLE));
        rows.add(system(Posting.TAKEN, Posting.TAKEN, WHOLE));
        rows.add(system(Posting.BOOKED, Posting.BOOKED, WHOLE));
        rows.add(system("shipping: events taken in/s", Taking.INTAKE, WHOLE));
        for (String part : Services.PARTS) {
            rows.add(system("CPU ms of " + part + " for each", Taking.intakeCpu(part), HUNDREDTHS));
        }
        rows.add(system("shipping: bookings/s at a carrier that answers at once", Taking.BOOKINGS, WHOLE));
        for (String part : Services.PARTS) {
            rows.add(system("CPU ms of " + part + " for each", Taking.bookingCpu(part), HUNDREDTHS));
        }
        for (String service : List.of(Services.ORDERS, Services.SHIPPING)) {
            rows.add(system(service + ": s from start to ready", Starting.ready(service), TENTHS));
            rows.add(system(
                    service + ": s from its first start, which makes its tables", Starting.first(service), TENTHS));
        }
        print(rows);
    }

    private List<String> system(String label, String metric, String format) {
        return List.of(label, results.spread(SystemRounds.ENTRY, metric, format));
    }

    private Column metric(String header, String metric, String format) {
        return new Column(header, entry -> results.spread(entry.id(), metric, format));
    }

    private Column most(String metric) {
        return new Column(
                metric,
                entry -> results.has(entry.id(), metric) ? WHOLE.formatted(results.max(entry.id(), metric)) : "–");
    }

    private void table(Column... columns) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of(""));
        List.of(columns).forEach(column -> header.add(column.header()));
        rows.add(header);
        for (Entry entry : options.entries()) {
            List<String> row = new ArrayList<>(List.of(entry.id()));
            List.of(columns).forEach(column -> row.add(column.cell().apply(entry)));
            if (row.stream().skip(1).anyMatch(cell -> !cell.equals("–") && !cell.equals("– / –"))) {
                rows.add(row);
            }
        }
        print(rows);
    }

    /** The first is the header. */
    private void print(List<List<String>> rows) {
        int[] widths = rows.get(0).stream().mapToInt(cell -> NARROWEST).toArray();
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (int number = 0; number < rows.size(); number++) {
            line(padded(rows.get(number), widths));
            if (number == 0) {
                List<String> rule = new ArrayList<>();
                for (int width : widths) {
                    rule.add("-".repeat(width - 1) + (rule.isEmpty() ? "-" : ":"));
                }
                line(padded(rule, widths));
            }
        }
        line("");
    }

    private static String padded(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String gap = " ".repeat(widths[i] - cells.get(i).length());
            line.append(' ')
                    .append(i == 0 ? cells.get(i) + gap : gap + cells.get(i))
                    .append(" |");
        }
        return line.toString();
    }

    private void item(String what) {
        line("- " + what);
    }

    private void line(String what) {
        text.append(what).append('\n');
    }
}
