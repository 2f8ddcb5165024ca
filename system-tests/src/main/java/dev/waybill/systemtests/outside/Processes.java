package dev.waybill.systemtests.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/** What Java's process API leaves out. */
public final class Processes {

    private Processes() {}

    /** Sends a signal with the shell's own {@code kill}: a bare machine may lack the program. */
    public static void signal(String name, ProcessHandle process) {
        if (run("sh", "-c", "kill -" + name + " " + process.pid()) != 0 && lives(process)) {
            throw new IllegalStateException("Cannot send " + name + " to " + process.pid());
        }
    }

    /** Whether it runs. A zombie does not, though the system still lists it. */
    public static boolean lives(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** A process and all below it. */
    public static List<ProcessHandle> family(ProcessHandle parent) {
        List<ProcessHandle> family = new ArrayList<>();
        family.add(parent);
        parent.descendants().forEach(family::add);
        return family;
    }

    /**
     * The command, made to hear Ctrl-C. Shells start what they put into the background deaf to SIGINT, all below inherits
     * that, and a test must not depend on how it was started.
     */
    public static List<String> hearingInterrupts(List<String> command) {
        List<String> all = new ArrayList<>();
        if (run("env", "--default-signal=INT", "true") == 0) {
            all.addAll(List.of("env", "--default-signal=INT"));
        }
        all.addAll(command);
        return all;
    }

    public static int run(String... command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
