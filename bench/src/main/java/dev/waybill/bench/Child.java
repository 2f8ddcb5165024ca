package dev.waybill.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that is told what to do, a line each, and answers with lines that begin with an {@code @}. What else
 * it says goes to a log. It ends when its input does.
 */
final class Child implements AutoCloseable {

    static final List<String> JVM_OPTIONS = List.of("-Xmx512m");

    private static final String END = "@end";

    private final String name;
    private final Process process;
    private final PrintWriter commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** Returns when the child says that it is ready. */
    static Child start(String name, boolean record, Class<?> program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        if (record) {
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + Bench.TARGET.resolve(name + ".jfr"));
        }
        command.add("-cp");
        command.add(Bench.TARGET.resolve("classes")
                + System.getProperty("path.separator")
                + Files.readString(Bench.TARGET.resolve("application-classpath"))
                        .strip());
        command.add(program.getName());
        command.addAll(List.of(arguments));
        Child child = new Child(
                name, new ProcessBuilder(command).redirectErrorStream(true).start());
        Thread listener = new Thread(child::listen, name + "-output");
        listener.setDaemon(true);
        listener.start();
        child.answer("@ready");
        return child;
    }

    private void listen() {
        Path log = Bench.TARGET.resolve(name + ".log");
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                PrintWriter other = new PrintWriter(Files.newBufferedWriter(log), true)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("@")) {
                    answers.add(line);
                } else {
                    other.println(line);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            answers.add(END);
        }
    }

    void tell(String command) {
        commands.println(command);
    }

    /** The words after the expected one of the next answer. */
    List<String> answer(String expected) throws InterruptedException {
        String line = answers.poll(10, TimeUnit.MINUTES);
        if (line == null || !line.startsWith(expected)) {
            throw new IllegalStateException("%s answered %s instead of %s; see %s.log in %s"
                    .formatted(name, line, expected, name, Bench.TARGET));
        }
        return List.of(line.substring(expected.length()).strip().split(" "));
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The child's side: calls for each line that it is told, until the input ends. */
    static void obey(Commands commands) throws Exception {
        System.out.println("@ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            commands.run(line.split(" "));
        }
    }

    interface Commands {
        void run(String[] words) throws Exception;
    }
}
