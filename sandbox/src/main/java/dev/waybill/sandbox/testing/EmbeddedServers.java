package dev.waybill.sandbox.testing;

import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.KafkaServer;
import dev.waybill.sandbox.Part;
import dev.waybill.sandbox.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Both as processes of this machine, on free ports, with their files in a temporary folder. */
final class EmbeddedServers implements Servers {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private final Path folder = temporaryFolder();
    private final Home home = new Home(folder);
    private final PostgresServer postgres = new PostgresServer(home, FreePort.find());
    private final KafkaServer kafka = new KafkaServer(home, FreePort.find());

    @Override
    public void start() {
        CompletableFuture.allOf(Stream.of(postgres, kafka)
                        .map(EmbeddedServers::starting)
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public String postgres() {
        return postgres.jdbcUrl("");
    }

    @Override
    public String kafka() {
        return kafka.bootstrap();
    }

    @Override
    public synchronized void close() {
        Stream.of(postgres, kafka).parallel().forEach(Part::stop);
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CompletableFuture<Void> starting(Part part) {
        return CompletableFuture.runAsync(() -> {
            part.start();
            part.awaitReady(READY_LIMIT);
        });
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("waybill-servers");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
