package dev.waybill.bench;

import java.nio.file.Path;

/** Measures what it is asked for, all on the same servers, and reports to the console and under bench/target. */
public final class Bench {

    static final Path TARGET = Path.of("bench", "target").toAbsolutePath();

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        if (options == null) {
            System.out.print(Options.HELP);
            return;
        }
        Report report = new Report(TARGET.resolve("report-" + options.what() + ".md"));
        try (Servers servers = Servers.start(TARGET.resolve("servers"), options.record())) {
            report.heading("Waybill, " + options.what());
            Machine.describe(report);
            servers.describe(report);
            report.line("Options: " + options);
            if (options.wants("latency")) {
                new Latency(servers, options, report).measure();
            }
            if (options.wants("foreign")) {
                new Latency(servers, options, report).measureForeign();
            }
            if (options.wants("drain")) {
                new Drain(servers, options, report).measure();
            }
        }
        System.out.println("Also in " + report.file());
    }
}
