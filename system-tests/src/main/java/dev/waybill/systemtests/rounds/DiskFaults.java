package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.outside.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Disks of their own for Postgres and Kafka, in memory and small, which can be filled to the last byte. It takes root to
 * mount them; where they cannot be, the data lies where it always does.
 */
final class DiskFaults implements AutoCloseable {

    private static final String SIZE = "1500m";
    private static final int BLOCK = 1 << 20;
    private static final Duration EFFECT_LIMIT = Duration.ofSeconds(40);
    private static final String FULL = "No space left on device";

    private final Path data;
    private final Path logs;
    private final List<Path> mounted = new ArrayList<>();
    private final Thread lastResort = new Thread(this::unmount, "unmount");

    private DiskFaults(Path home) {
        this.data = home.resolve("data");
        this.logs = home.resolve("logs");
    }

    /** @param home the cluster's, before it is started */
    static DiskFaults mount(Path home) throws IOException {
        DiskFaults disks = new DiskFaults(home);
        Runtime.getRuntime().addShutdownHook(disks.lastResort);
        disks.mountAt(disks.data);
        if (disks.available()) {
            disks.mountAt(disks.data.resolve("kafka"));
        }
        return disks;
    }

    private void mountAt(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (Processes.run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", folder.toString()) == 0) {
            mounted.add(folder);
        }
    }

    boolean available() {
        return !mounted.isEmpty();
    }

    Fault postgres() {
        return full("postgres", data);
    }

    Fault kafka() {
        return full("kafka", data.resolve("kafka"));
    }

    private Fault full(String part, Path disk) {
        return new Fault("disk full", part) {
            private final Path ballast = disk.resolve("ballast");

            @Override
            String strike() throws Exception {
                if (!mounted.contains(disk)) {
                    throw new Unavailable("no disk can be mounted here");
                }
                Path log = logs.resolve(part + ".log");
                long before = complaints(log);
                long bytes = fill(ballast);
                return Waiting.until(EFFECT_LIMIT, () -> complaints(log) > before)
                        ? "%d MB of ballast; its log says: %s".formatted(bytes >> 20, FULL)
                        : null;
            }

            @Override
            String heal() throws IOException {
                Files.deleteIfExists(ballast);
                return null;
            }
        };
    }

    private static long complaints(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(FULL)).count();
        }
    }

    /** What a server frees while it is filled is filled too. */
    private static long fill(Path ballast) throws IOException {
        long written = 0;
        try (FileChannel channel = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int block = BLOCK; block > 0; block /= 2) {
                try {
                    while (true) {
                        written += channel.write(ByteBuffer.allocate(block));
                    }
                } catch (IOException e) {
                    // Full for blocks of this size.
                }
            }
        }
        return written;
    }

    @Override
    public void close() {
        unmount();
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** Also under processes that still use it. */
    private void unmount() {
        for (int i = mounted.size() - 1; i >= 0; i--) {
            Processes.run("umount", "-l", mounted.get(i).toString());
        }
    }
}
