package dev.waybill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The plans of the relay's own reads as the server executed them, by auto_explain. */
final class Plans {

    private static final Pattern DURATION = Pattern.compile("duration: ([0-9.]+) ms  plan:");
    private static final Pattern ROWS = Pattern.compile("actual (time=\\S+ )?rows=");
    private static final Pattern SORT_OR_SCAN = Pattern.compile("\\b(Sort|Seq Scan|Bitmap|Materialize)\\b");

    private record Plan(double millis, String text) {}

    private final Servers servers;
    private final long from;

    private Plans(Servers servers) throws IOException {
        this.servers = servers;
        this.from = Files.size(servers.postgresLog());
    }

    /** From now on the sessions that begin explain what they do. */
    static Plans record(Servers servers) throws SQLException, IOException {
        servers.execute(
                "ALTER DATABASE orders SET session_preload_libraries = 'auto_explain'",
                "ALTER DATABASE orders SET auto_explain.log_min_duration = 0",
                "ALTER DATABASE orders SET auto_explain.log_analyze = on",
                "ALTER DATABASE orders SET auto_explain.log_buffers = on",
                "ALTER DATABASE orders SET auto_explain.log_timing = off",
                "ALTER DATABASE orders SET auto_explain.log_settings = on");
        return new Plans(servers);
    }

    void stop(Report report, String name, boolean withHole) throws SQLException, IOException {
        servers.execute("ALTER DATABASE orders RESET ALL");
        byte[] log = Files.readAllBytes(servers.postgresLog());
        List<Plan> reads = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        for (String line : new String(log, (int) from, log.length - (int) from).split("\n")) {
            if (!line.startsWith("\t")) {
                add(reads, entry.toString(), withHole);
                entry.setLength(0);
            }
            entry.append(line).append('\n');
        }
        add(reads, entry.toString(), withHole);
        if (reads.isEmpty()) {
            report.line(name + ": the server's log has no such plan");
            return;
        }
        long bad = reads.stream()
                .filter(plan -> SORT_OR_SCAN.matcher(plan.text()).find())
                .count();
        report.line(
                "%s: %d reads, %d of them with a sort or a scan of the table; ms (explained): %s. The first of a full batch:"
                        .formatted(
                                name,
                                reads.size(),
                                bad,
                                Report.spread(reads.stream().map(Plan::millis).toList(), "%.1f")));
        report.code(reads.stream()
                .filter(plan -> plan.text().contains("rows=" + Drain.BATCH + " "))
                .findFirst()
                .orElse(reads.get(0))
                .text());
    }

    private static void add(List<Plan> reads, String entry, boolean withHole) {
        Matcher duration = DURATION.matcher(entry);
        if (duration.find()
                && entry.contains("FROM outbox.event e")
                && entry.contains("unnest") == withHole
                && ROWS.matcher(entry).find()) {
            reads.add(new Plan(Double.parseDouble(duration.group(1)), entry.replaceAll("(?m)^\t", "")));
        }
    }
}
