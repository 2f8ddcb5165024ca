package dev.waybill.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Port;
import dev.waybill.systemtests.outside.Processes;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole of Waybill as {@code docker compose} starts it, as a project, on ports and with passwords of its own: it stands
 * beside one that is running already.
 */
final class Compose implements Endpoints, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Compose.class);

    /** Of a command; the first one fetches all that the images are built from. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> SECRETS = List.of(
            "postgres_password",
            "orders_owner_password",
            "orders_app_password",
            "shipping_owner_password",
            "shipping_app_password");

    private final String name = "waybill-test-" + UUID.randomUUID().toString().substring(0, 8);
    private final Map<Port, Integer> ports = Port.choose();
    private final Path secrets;
    private final Thread lastResort = new Thread(this::down, "end-the-containers");

    Compose() {
        try {
            secrets = Files.createTempDirectory("waybill-secrets");
            for (String secret : SECRETS) {
                Files.writeString(secrets.resolve(secret), UUID.randomUUID().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** Whether there is a Docker engine, and compose. */
    static boolean isThere() {
        try {
            return Processes.run("docker", "compose", "version") == 0 && Processes.run("docker", "info") == 0;
        } catch (UncheckedIOException e) {
            return false; // not even docker
        }
    }

    /** What {@code docker compose} says to a command, which must succeed. */
    String run(String... command) {
        List<String> all = new ArrayList<>(List.of("docker", "compose", "--project-name", name));
        all.addAll(Arrays.asList(command));
        return execute(all);
    }

    /** What {@code docker} says to a command, which must succeed. */
    String docker(String... command) {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(Arrays.asList(command));
        return execute(all);
    }

    private String execute(List<String> command) {
        Stopwatch stopwatch = new Stopwatch();
        try {
            Path said = Files.createTempFile("waybill-compose", ".log");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(PROJECT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
                ports.forEach((port, number) -> builder.environment().put(port.variable(), Integer.toString(number)));
                builder.environment().put("WAYBILL_SECRETS", secrets.toString());
                Process process = builder.start();
                boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                process.destroyForcibly();
                String output = Files.readString(said).strip();
                assertThat(ended && process.exitValue() == 0)
                        .as("%s: %s", command, output)
                        .isTrue();
                if (command.contains("compose") && stopwatch.elapsed().toSeconds() > 0) {
                    log.info("{}: {} s", String.join(" ", command), Stopwatch.seconds(stopwatch.elapsed()));
                }
                return output;
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The ids of a service's running containers. */
    List<String> containers(String service) {
        return run("ps", "--quiet", service).lines().toList();
    }

    /** What its relay says of itself in one container of a service. */
    String relayState(String container, Part service) {
        int port = service == Part.ORDER_SERVICE ? 9080 : 9081;
        String answer = docker("exec", container, "bash", "-c", """
                exec 3<>/dev/tcp/127.0.0.1/%d && printf 'GET /actuator/relay HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3
                """.formatted(port));
        return answer.replaceAll("(?s).*\"state\":\"([A-Z]+)\".*", "$1");
    }

    /** Everything with the project's label that Docker has. */
    String remains() {
        String label = "label=com.docker.compose.project=" + name;
        return docker("ps", "--all", "--quiet", "--filter", label)
                + docker("volume", "ls", "--quiet", "--filter", label)
                + docker("network", "ls", "--quiet", "--filter", label);
    }

    /** The passwords, none of which anybody is to see. */
    List<String> passwords() {
        return SECRETS.stream().map(this::read).toList();
    }

    @Override
    public String password() {
        return read("postgres_password");
    }

    private String read(String secret) {
        try {
            return Files.readString(secrets.resolve(secret));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int port(Port port) {
        return ports.get(port);
    }

    void keepLogs(Path target) {
        try {
            Files.createDirectories(target);
            Files.writeString(target.resolve("compose.log"), run("ps", "--all") + "\n" + run("logs", "--no-color"));
            log.error("The system's logs are kept in {}", target);
        } catch (IOException e) {
            log.error("The system's logs are lost", e);
        }
    }

    private void down() {
        run("down", "--volumes", "--remove-orphans", "--timeout", "10");
    }

    /** Takes down everything, and sees that nothing remains. */
    @Override
    public void close() throws IOException {
        down();
        Runtime.getRuntime().removeShutdownHook(lastResort);
        assertThat(remains())
                .as("containers, volumes and networks after down -v")
                .isEmpty();
        for (String secret : SECRETS) {
            Files.delete(secrets.resolve(secret));
        }
        Files.delete(secrets);
    }
}
