package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * Clocks of services that can be set while they run: by a library put before the system's own, which this machine's C
 * compiler makes, if it has one.
 */
final class Clocks {

    private final Path folder;
    private final boolean available;

    private Clocks(Path folder, boolean available) {
        this.folder = folder;
        this.available = available;
    }

    /** @param folder where it is kept how much they are off */
    static Clocks in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path source = folder.resolve("clock.c");
        try (InputStream code = Clocks.class.getResourceAsStream("clock.c")) {
            Files.copy(code, source);
        }
        String compile = "cc -shared -fPIC -O1 -o '%s' '%s'".formatted(library(folder), source);
        return new Clocks(folder, Files.isDirectory(Path.of("/proc")) && Processes.run("sh", "-c", compile) == 0);
    }

    private static Path library(Path folder) {
        return folder.resolve("clock.so");
    }

    /** Variables for a service; none where clocks cannot be shifted. */
    Map<String, String> environment(String service) {
        write(service, 0);
        return available
                ? Map.of(
                        "LD_PRELOAD", library(folder).toString(),
                        "WAYBILL_CLOCK", file(service).toString())
                : Map.of();
    }

    /** Sets the service's clock forward, or back. */
    Fault shift(Instance instance, Duration shift) {
        return new Fault("clock shifted", instance.name()) {
            @Override
            String strike() throws Unavailable {
                if (!available) {
                    throw new Unavailable("there is no C compiler here, or no Linux");
                }
                write(instance.name(), shift.toSeconds());
                // Its own word: the Date of an answer.
                return Waiting.until(
                                Duration.ofSeconds(15),
                                () -> offBy(instance).minus(shift).abs().toSeconds() < 10)
                        ? "its answers' Date is off by %+d s".formatted(shift.toSeconds())
                        : null;
            }

            @Override
            String heal() {
                write(instance.name(), 0);
                return null;
            }
        };
    }

    private static Duration offBy(Instance instance) throws IOException, InterruptedException {
        String date = Http.header(instance.actuator("/health/liveness"), "Date");
        return Duration.between(ZonedDateTime.now(), ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME));
    }

    /** In place: services have the file mapped. */
    private void write(String service, long seconds) {
        try (FileChannel file = FileChannel.open(file(service), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(0, seconds));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String service) {
        return folder.resolve(service + ".clock");
    }
}
