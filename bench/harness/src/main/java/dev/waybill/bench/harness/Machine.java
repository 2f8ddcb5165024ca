package dev.waybill.bench.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The machine, what it is busy with, and what processes use of it. Needs Linux's {@code /proc}. */
final class Machine {

    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Java runs on

    private static final Duration SETTLE_WINDOW = Duration.ofMillis(300);

    /** Processors in use by what polls. */
    private static final double SETTLED = 0.3;

    private Machine() {}

    static List<String> describe() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return List.of(
                "Machine: %s, %d cores, %d GB, %s %s"
                        .formatted(
                                processor(),
                                system.getAvailableProcessors(),
                                system.getTotalMemorySize() >> 30,
                                system.getName(),
                                system.getVersion()),
                "Java: %s %s; each contender's process with %s"
                        .formatted(
                                System.getProperty("java.vm.name"),
                                System.getProperty("java.vm.version"),
                                String.join(" ", Child.JVM_OPTIONS)),
                "Begun %s; load average of the minute before: %s"
                        .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), load()));
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    static String load() {
        return "%.1f".formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Processor seconds used so far by a process, by those it has started, and by those of them that have ended. */
    static double cpuSeconds(long pid) throws IOException {
        double own = ticks(pid, 14, 17);
        ProcessHandle root = ProcessHandle.of(pid).orElseThrow();
        double children =
                root.descendants().mapToDouble(each -> ticksOr0(each.pid())).sum();
        return (own + children) / TICKS_PER_SECOND;
    }

    /**
     * Waits until this process and those it has started have nothing left to do, such as what the compilers have put off; not
     * for ever, as some are never at rest.
     */
    static void settle(int mostSeconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(mostSeconds).toNanos();
        long self = ProcessHandle.current().pid();
        double before;
        double now = cpuSeconds(self);
        do {
            before = now;
            Thread.sleep(SETTLE_WINDOW.toMillis());
            now = cpuSeconds(self);
        } while (now - before > SETTLED * SETTLE_WINDOW.toMillis() / 1000 && System.nanoTime() - end < 0);
    }

    /** Processor seconds used so far by this process alone. */
    static double ownCpuSeconds() throws IOException {
        return ticks(ProcessHandle.current().pid(), 14, 15) / TICKS_PER_SECOND;
    }

    private static double ticksOr0(long pid) {
        try {
            return ticks(pid, 14, 15);
        } catch (IOException e) {
            return 0; // ended just now
        }
    }

    /** Fields by their number in proc(5): 14 and 15 are the process's own, 16 and 17 those of the children it waited for. */
    private static double ticks(long pid, int first, int last) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // the third and on
        return Arrays.stream(fields, first - 3, last - 2)
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    /** The most memory that a process ever had, in MB. */
    static double peakMegabytes(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
