package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What Java's process API leaves out: signals other than TERM and KILL, zombies, short commands. */
final class Processes {
    private Processes() {}

    static void signal(String signal, Collection<ProcessHandle> processes) {
        List<String> alive = processes.stream()
                .filter(Processes::lives)
                .map(process -> Long.toString(process.pid()))
                .toList();
        if (alive.isEmpty()) {
            return;
        }
        // The shell's own kill: a bare machine may lack the program.
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + String.join(" ", alive))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new SandboxException("Cannot send " + signal + " to " + alive, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while sending " + signal, e);
        }
    }

    /** Whether it runs. A zombie does not, though the system still lists it; it has no program any more. */
    static boolean lives(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    static boolean awaitEnd(Collection<ProcessHandle> processes, Duration limit) {
        return Waiting.until(limit, () -> processes.stream().noneMatch(Processes::lives));
    }

    static void kill(Collection<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(processes, Duration.ofSeconds(10));
    }

    /** The processes whose working directory this is; none where the system does not tell (it is Linux that does). */
    static List<ProcessHandle> workingIn(Path directory) {
        if (!Files.isDirectory(directory) || !Files.isDirectory(Path.of("/proc/self"))) {
            return List.of();
        }
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            Path real = directory.toRealPath();
            return all.filter(process -> real.equals(workingDirectory(process))).toList();
        } catch (IOException e) {
            throw new SandboxException("Cannot look for processes in " + directory, e);
        }
    }

    private static Path workingDirectory(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"));
        } catch (IOException e) {
            return null; // gone meanwhile, or somebody else's
        }
    }

    /**
     * Starts a command as the same process, but out of reach of the terminal, whose Ctrl-C would otherwise end every
     * part at once and in no order.
     */
    static List<String> detached(List<String> command) {
        List<String> all = new ArrayList<>();
        if (onPath("setsid")) {
            all.add("setsid");
        }
        all.addAll(command);
        return all;
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs a command to its end and appends what it says to a log; a failure carries the log's last lines. */
    static void run(ProcessBuilder builder, Path log, Duration limit) {
        String command = builder.command().get(0);
        try {
            Files.createDirectories(log.getParent());
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new SandboxException(command + " did not end within " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new SandboxException(command + " failed: " + Logs.tail(log));
            }
        } catch (IOException e) {
            throw new SandboxException("Cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while running " + command, e);
        }
    }
}
