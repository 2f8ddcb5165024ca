package dev.waybill.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The machine, and what else it is busy with. */
final class Machine {

    private Machine() {}

    static void describe(Report report) throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        report.line("Machine: %s, %d cores, %d GB, %s %s"
                .formatted(
                        processor(),
                        system.getAvailableProcessors(),
                        system.getTotalMemorySize() >> 30,
                        system.getName(),
                        system.getVersion()));
        report.line("Java: %s %s; each process measured with %s"
                .formatted(
                        System.getProperty("java.vm.name"),
                        System.getProperty("java.vm.version"),
                        String.join(" ", Child.JVM_OPTIONS)));
        report.line("Begun %s; load average of the last minute by then: %s (our own work adds to it later)"
                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), load()));
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }

    static String load() {
        return "%.1f".formatted(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Processor time used so far by a process and those it has started, by process. */
    static Map<Long, Long> cpuNanos(long pid) {
        Map<Long, Long> used = new HashMap<>();
        ProcessHandle.of(pid)
                .ifPresent(root -> Stream.concat(Stream.of(root), root.descendants())
                        .forEach(process -> process.info()
                                .totalCpuDuration()
                                .ifPresent(time -> used.put(process.pid(), time.toNanos()))));
        return used;
    }

    /** What was used between two looks, in seconds; of processes that ended meanwhile nothing is known. */
    static double cpuSeconds(Map<Long, Long> before, Map<Long, Long> after) {
        return after.entrySet().stream()
                        .mapToLong(each -> each.getValue() - before.getOrDefault(each.getKey(), 0L))
                        .sum()
                / 1e9;
    }
}
