package dev.waybill.bench.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The harness's end of a contender's process; the other one is {@link dev.waybill.bench.contest.Contest}. */
final class Child implements AutoCloseable {

    /**
     * What a JVM otherwise compiles in the course of its first minutes under load it compiles in the first seconds: what is
     * measured is a process that has run for long, and the more code, the longer it takes to be one.
     */
    static final String SOONER = "-XX:CompileThresholdScaling=0.1";

    static final List<String> JVM_OPTIONS = List.of("-Xmx1g", SOONER);

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String END = "@end";

    private final String name;
    private final Process process;
    private final Path log;
    private final PrintWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final String description;

    private Child(String name, Process process, Path log) throws InterruptedException {
        this.name = name;
        this.process = process;
        this.log = log;
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread listener = new Thread(this::listen, name + "-output");
        listener.setDaemon(true);
        listener.start();
        try {
            this.description = answer("@ready");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns when the child says that it is ready. */
    static Child start(String name, Entry entry, boolean record, List<String> arguments) throws Exception {
        Path logs = Files.createDirectories(Bench.TARGET.resolve("logs"));
        Path log = logs.resolve(name + ".log");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        if (record) {
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + logs.resolve(name + ".jfr"));
        }
        Path classpath = entry.target().resolve("classpath");
        if (!Files.exists(classpath)) {
            throw new IllegalStateException(entry.id() + " is not built: " + classpath + " is missing");
        }
        command.add("-cp");
        command.add(entry.target().resolve("classes")
                + System.getProperty("path.separator")
                + Files.readString(classpath).strip());
        command.add(entry.mainClass());
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Child(name, process, log);
    }

    private void listen() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().filter(line -> line.startsWith("@")).forEach(answers::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            answers.add(END);
        }
    }

    /** What it says of itself: the name with the version, then the settings. */
    String description() {
        return description;
    }

    /** Tells it what to do; {@link #answer} then waits until it is done. */
    void tell(String format, Object... arguments) {
        commands.println(format.formatted(arguments));
    }

    /** The words of the answer to what it was told last. */
    String[] answer() throws InterruptedException {
        return answer("@done").split(" ");
    }

    String[] obey(String format, Object... arguments) throws InterruptedException {
        tell(format, arguments);
        return answer();
    }

    private String answer(String expected) throws InterruptedException {
        String line = answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (line == null) {
            logThreads();
        }
        if (line == null || !line.startsWith(expected)) {
            throw new IllegalStateException("%s answered %s; see %s".formatted(name, line, log));
        }
        return line.substring(expected.length()).strip();
    }

    /** What hangs should be told from the log. */
    private void logThreads() throws InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            new ProcessBuilder(jcmd, Long.toString(pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            System.out.println("    no thread dump: " + e.getMessage()); // a Java without tools
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
