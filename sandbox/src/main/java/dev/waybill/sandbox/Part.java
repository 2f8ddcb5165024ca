package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server that runs as a process of its own, a child of this JVM. It can be started again on the same data and port
 * after whatever ended it. Safe for use by several threads.
 */
public abstract class Part implements AutoCloseable {
    private final String name;
    private final Home home;
    private volatile Process process;
    private volatile long began;

    Part(String name, Home home) {
        this.name = name;
        this.home = home;
    }

    /** How the process is started. Its command line names the home, by which it is known again. */
    record Launch(List<String> command, Map<String, String> environment) {}

    /** A signal that asks the process to end, and the time it then has. */
    record Farewell(String signal, Duration grace) {}

    /** What has to be there before the process can start. */
    void prepare() {}

    abstract Launch launch();

    /** Whether the server does its work now, asked as a client would. */
    abstract boolean answers();

    /** From the gentlest on; SIGKILL follows of itself. */
    List<Farewell> farewells() {
        return List.of(new Farewell("TERM", Duration.ofSeconds(10)));
    }

    public final String name() {
        return name;
    }

    final Home home() {
        return home;
    }

    final Path data() {
        return home.data(name);
    }

    final Path log() {
        return home.log(name);
    }

    /**
     * Starts the process without waiting until it is ready.
     *
     * @throws IllegalStateException if it runs already
     * @throws SandboxException if it cannot be started
     */
    public final synchronized void start() {
        if (isRunning()) {
            throw new IllegalStateException(name + " is running already, as process " + pid());
        }
        try {
            Files.createDirectories(log().getParent());
            Files.createDirectories(home.run());
            Logs.rotate(log());
            prepare();
            Launch launch = launch();
            ProcessBuilder builder = new ProcessBuilder(Processes.detached(launch.command()));
            builder.environment().putAll(launch.environment());
            began = System.nanoTime();
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            Files.writeString(home.pid(name), process.pid() + "\n");
        } catch (IOException e) {
            throw new SandboxException("Cannot start " + name, e);
        }
    }

    /**
     * Waits until the server answers.
     *
     * @throws SandboxException if its process ends or the limit is over before; the message has the log's last lines
     */
    public final void awaitReady(Duration limit) {
        boolean over = Waiting.until(limit, () -> !isRunning() || answers());
        if (!isRunning()) {
            throw new SandboxException(
                    "%s ended instead of starting. The end of %s:%n%s".formatted(name, log(), Logs.tail(log())));
        }
        if (!over) {
            throw new SandboxException("%s was not ready after %d s. The end of %s:%n%s"
                    .formatted(name, limit.toSeconds(), log(), Logs.tail(log())));
        }
    }

    /** Ends the process gently, and by force when its time is over. Nothing happens if it does not run. */
    public final synchronized void stop() {
        if (isRunning()) {
            end(process.toHandle());
            awaitReaped();
        }
        forget();
    }

    /** Kills the process and its children at once ({@code kill -9}), as when the machine fails. */
    public final synchronized void kill() {
        Processes.kill(tree());
        awaitReaped();
        forget();
    }

    /** Freezes the process and its children (SIGSTOP): connections stay open and nothing answers. */
    public final void pause() {
        Processes.signal("STOP", tree());
    }

    /** Lets a frozen process go on. */
    public final void resume() {
        Processes.signal("CONT", tree());
    }

    public final boolean isRunning() {
        return process != null && process.isAlive();
    }

    final boolean isStarted() {
        return process != null;
    }

    /** How long ago its process was started. */
    final Duration age() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** @throws IllegalStateException if it was never started */
    public final long pid() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process.pid();
    }

    @Override
    public final void close() {
        stop();
    }

    /** Waits for the process to end and returns its exit code. */
    final int awaitExit() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends the process that an earlier sandbox, itself killed, has left behind; returns whether there was one. */
    final boolean endLeftover() {
        Path file = home.pid(name);
        try {
            if (!Files.exists(file)) {
                return false;
            }
            String text = Files.readString(file).trim();
            Instant written = Files.getLastModifiedTime(file).toInstant();
            ProcessHandle leftover = text.matches("\\d{1,18}")
                    ? ProcessHandle.of(Long.parseLong(text)).orElse(null)
                    : null;
            boolean ours = leftover != null && isOurs(leftover, written);
            if (ours) {
                end(leftover);
            }
            Files.delete(file);
            return ours;
        } catch (IOException e) {
            throw new SandboxException("Cannot read " + file, e);
        }
    }

    /** A number may have gone to another process since: ours names the home and began before its pid was written. */
    private boolean isOurs(ProcessHandle candidate, Instant written) {
        ProcessHandle.Info info = candidate.info();
        return info.commandLine().orElse("").contains(home.dir().toString())
                && info.startInstant().orElse(Instant.MAX).isBefore(written.plusSeconds(1));
    }

    private void end(ProcessHandle target) {
        List<ProcessHandle> family = family(target);
        for (Farewell farewell : farewells()) {
            Processes.signal(farewell.signal(), List.of(target));
            Processes.signal("CONT", family); // a frozen process would not hear it
            if (Processes.awaitEnd(List.of(target), farewell.grace())) {
                break;
            }
        }
        Processes.kill(family);
    }

    private List<ProcessHandle> tree() {
        return process == null ? List.of() : family(process.toHandle());
    }

    /** The parent first: frozen or dead, it cannot make new children while the rest follows. */
    private static List<ProcessHandle> family(ProcessHandle parent) {
        List<ProcessHandle> all = new ArrayList<>();
        all.add(parent);
        parent.descendants().forEach(all::add);
        return all;
    }

    /** Dead is not yet known to be dead: the JVM learns it a moment later. */
    private void awaitReaped() {
        Waiting.until(Duration.ofSeconds(5), () -> !isRunning());
    }

    private void forget() {
        try {
            Files.deleteIfExists(home.pid(name));
        } catch (IOException e) {
            throw new SandboxException("Cannot delete " + home.pid(name), e);
        }
    }
}
