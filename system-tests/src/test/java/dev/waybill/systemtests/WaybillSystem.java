package dev.waybill.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.sandbox.Folders;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Logs;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Port;
import dev.waybill.systemtests.outside.Processes;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole of Waybill as {@code ./run} starts it, on ports and in a folder of its own. Everything else is done to it
 * from outside: requests, queries, signals.
 */
final class WaybillSystem implements Endpoints, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WaybillSystem.class);

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /** Where the services and the sandbox were built. */
    private static final Path BUILT = Path.of("..").toAbsolutePath().normalize();

    private final Map<String, String> environment;
    private final Path project;
    private final Map<Port, Integer> ports = Port.choose();
    private final Thread lastResort = new Thread(this::abandon, "end-the-system");
    private Process sandbox;
    private int starts;

    /** @param environment variables for its services beside those of this process */
    WaybillSystem(Map<String, String> environment) {
        this.environment = environment;
        project = layOut();
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /** The sandbox looks for what it starts in its working directory, and keeps its files there. */
    private static Path layOut() {
        try {
            Path project = Files.createTempDirectory("waybill-system");
            for (Part service : List.of(Part.ORDER_SERVICE, Part.SHIPPING_SERVICE)) {
                link(project, Path.of(service.toString(), "target", service + ".jar"));
            }
            link(project, Path.of("sandbox", "carrier"));
            return project;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path project, Path file) throws IOException {
        Path built = BUILT.resolve(file);
        assertThat(built).as("built before these tests, by mvn verify").exists();
        Files.createDirectories(project.resolve(file).getParent());
        Files.createSymbolicLink(project.resolve(file), built);
    }

    /** Starts everything, on the data of the last time if there was one, and waits until all is ready. */
    void start() {
        Stopwatch stopwatch = new Stopwatch();
        starts++;
        try {
            ProcessBuilder builder = new ProcessBuilder(Processes.hearingInterrupts(command()))
                    .directory(project.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(console().toFile());
            builder.environment().putAll(environment);
            sandbox = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("everything to be up")
                .atMost(START_LIMIT)
                .failFast(() -> assertThat(sandbox.isAlive())
                        .as("the sandbox runs; it said: %s", said())
                        .isTrue())
                .until(() -> said().contains("Everything is up"));
        log.info("{} start: ready after {} s", starts == 1 ? "first" : "next", Stopwatch.seconds(stopwatch.elapsed()));
    }

    private List<String> command() {
        Path classes = BUILT.resolve("sandbox").resolve("target").resolve("classes");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classes + File.pathSeparator + read(classes.resolve("sandbox-classpath"))));
        command.add("dev.waybill.sandbox.Sandbox");
        ports.forEach((port, number) -> command.addAll(List.of(port.option(), Integer.toString(number))));
        return command;
    }

    /** Presses Ctrl-C and waits until the sandbox has ended. */
    void interrupt() {
        Stopwatch stopwatch = new Stopwatch();
        Processes.signal("INT", sandbox.toHandle());
        await("the sandbox to end").atMost(STOP_LIMIT).until(() -> !sandbox.isAlive());
        log.info("Ctrl-C: ended after {} s", Stopwatch.seconds(stopwatch.elapsed()));
    }

    boolean isRunning() {
        return sandbox != null && sandbox.isAlive();
    }

    /** The process that a part's pid file names; empty while there is none. */
    Optional<ProcessHandle> process(Part part) {
        Path file = home().resolve("run").resolve(part + ".pid");
        String pid = read(file);
        return pid.matches("\\d+") ? ProcessHandle.of(Long.parseLong(pid)).filter(Processes::lives) : Optional.empty();
    }

    /** Every process of the system but the sandbox: those below it, and those that the pid files name. */
    Set<ProcessHandle> children() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        if (sandbox != null) {
            sandbox.descendants().forEach(all::add);
        }
        Arrays.stream(Part.values())
                .map(this::process)
                .flatMap(Optional::stream)
                .map(Processes::family)
                .forEach(all::addAll);
        return all;
    }

    /** {@code kill -9} of the process in the pid file, as the README invites to; returns which it was. */
    ProcessHandle kill(Part part) {
        ProcessHandle victim = process(part).orElseThrow();
        log.info("kill -9 {} ({})", victim.pid(), part);
        Processes.signal("KILL", victim);
        return victim;
    }

    @Override
    public int port(Port port) {
        return ports.get(port);
    }

    /** Below which everything is that the system writes. */
    Path home() {
        return project.resolve(".waybill");
    }

    /** Copies what the system said, before {@link #close} deletes it. */
    void keepLogs(Path target) {
        try {
            Logs.keep(target, project, home().resolve("logs"));
            log.error("The system's logs are kept in {}", target);
        } catch (IOException e) {
            log.error("The system's logs are lost", e);
        }
    }

    /** Stops everything, by force where it must be, and deletes every file. */
    @Override
    public void close() {
        end();
        try {
            Folders.delete(project);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    private void abandon() {
        end();
        try {
            Folders.delete(project);
        } catch (IOException e) {
            log.error("Cannot delete {}", project, e);
        }
    }

    private void end() {
        Set<ProcessHandle> children = children();
        if (sandbox != null) {
            sandbox.destroy();
            try {
                sandbox.waitFor(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            sandbox.destroyForcibly();
        }
        children.addAll(children());
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private Path console() {
        return project.resolve("sandbox-" + starts + ".log");
    }

    private String said() {
        return read(console());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
