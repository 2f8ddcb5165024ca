package dev.waybill.bench;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** From commit to consumer at a moderate rate. */
final class Latency {

    private static final int WARM_UP = 10;
    private static final List<String> HEADER =
            List.of("ms", "p50", "p90", "p99", "max", "p50 ¹", "p90 ¹", "p99 ¹", "max ¹", "load");

    /** One line of the table: each round's figures in milliseconds, and the load average before it. */
    private record Series(String name, List<List<Double>> rounds, List<String> loads) {
        Series(String name) {
            this(name, new ArrayList<>(), new ArrayList<>());
        }
    }

    private final Servers servers;
    private final Options options;
    private final Report report;

    Latency(Servers servers, Options options, Report report) {
        this.servers = servers;
        this.options = options;
        this.report = report;
    }

    void measure() throws Exception {
        report.section("From commit to consumer, %d events a second for %d s, %d rounds in turns"
                .formatted(options.rate(), options.seconds(), options.rounds()));
        String topic = servers.createTopic("bench.latency");
        Series limit = new Series("producer straight to consumer (the limit)");
        Series same = new Series("outbox, relay in the writer's process");
        Series other = new Series("outbox, relay in another process");
        try (Child holder = servers.application("latency-holder", topic, true)) {
            holder.tell("active");
            holder.answer("@active");
            for (int round = 0; round < options.rounds(); round++) {
                measure(limit, holder, LatencyRound.Way.DIRECT, options.seconds(), 0);
                measure(same, holder, LatencyRound.Way.OUTBOX, options.seconds(), 0);
            }
            try (Child standby = servers.application("latency-standby", topic, true)) {
                for (int round = 0; round < options.rounds(); round++) {
                    measure(other, standby, LatencyRound.Way.OUTBOX, options.seconds(), 0);
                }
            }
        }
        table(List.of(limit, same, other));
    }

    /** A transaction of another database that has an id holds back the horizon of the whole server. */
    void measureForeign() throws Exception {
        int seconds = 2 * options.seconds();
        report.section("With a transaction of another database open, %d events a second for %d s"
                .formatted(options.rate(), seconds));
        List<Series> all = new ArrayList<>();
        try (Child holder = servers.application("foreign-holder", servers.createTopic("bench.foreign"), true);
                Connection foreign = servers.superuser("shipping");
                Statement statement = foreign.createStatement()) {
            foreign.setAutoCommit(false);
            holder.tell("active");
            holder.answer("@active");
            for (int rolledBack : List.of(0, 10)) {
                String beside = rolledBack == 0 ? "" : ", beside %d %% rollbacks".formatted(rolledBack);
                Series without = new Series("none open" + beside);
                measure(without, holder, LatencyRound.Way.OUTBOX, seconds, rolledBack);
                Series with = new Series("one open all the time" + beside);
                statement.execute("SELECT pg_current_xact_id()");
                measure(with, holder, LatencyRound.Way.OUTBOX, seconds, rolledBack);
                foreign.rollback();
                all.add(without);
                all.add(with);
            }
        }
        table(all);
    }

    private void measure(Series series, Child writer, LatencyRound.Way way, int seconds, int rolledBack)
            throws Exception {
        series.loads().add(Machine.load());
        writer.tell("latency %s %d %d %d %d".formatted(way, options.rate(), WARM_UP, seconds, rolledBack));
        List<String> answer = writer.answer("@latency");
        series.rounds()
                .add(answer.stream()
                        .map(micros -> Integer.parseInt(micros) / 1_000.0)
                        .toList());
        System.out.println(series.name() + ", in µs: " + answer + ", load " + Machine.load());
    }

    private void table(List<Series> all) {
        List<List<String>> rows = new ArrayList<>();
        for (Series series : all) {
            List<String> row = new ArrayList<>();
            row.add(series.name());
            for (int i = 0; i < HEADER.size() - 2; i++) {
                int column = i;
                row.add(Report.spread(
                        series.rounds().stream().map(round -> round.get(column)).toList(), "%.1f"));
            }
            row.add(String.join(", ", series.loads()));
            rows.add(row);
        }
        report.table(HEADER, rows);
        report.line("¹ From the intended time of the write, so with the transaction and all that a standstill delays");
        report.line("%d s of warm-up before each; an independent consumer, fetch.min.bytes=1, fetch.max.wait.ms=500"
                .formatted(WARM_UP));
    }
}
