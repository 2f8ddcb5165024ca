package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program as a process, with its real servers and stand-ins for the services. */
class SandboxIT {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final List<String> PARTS =
            List.of("postgres", "kafka", "carrier", "order-service", "shipping-service");

    @TempDir
    Path project;

    private final Map<Port, Integer> ports = new EnumMap<>(Port.class);
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void lay_out_the_project() throws IOException {
        for (String service : new String[] {"order-service", "shipping-service"}) {
            FakeService.packInto(project.resolve(service).resolve("target").resolve(service + ".jar"));
        }
        Path mappings = Files.createDirectories(project.resolve("sandbox/carrier/mappings"));
        for (String mapping : new String[] {"started.json", "slow.json", "down.json"}) {
            Files.copy(Path.of("carrier/mappings", mapping), mappings.resolve(mapping));
        }
        for (Port port : Port.values()) {
            ports.put(port, otherThanTheSandboxFinds());
        }
    }

    /** It takes one more for itself, of those that {@link FreePort} gives. */
    private static int otherThanTheSandboxFinds() {
        return IntStream.generate(() -> FreePort.find() + 10_000)
                .filter(FreePort::isFree)
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void stop_what_is_left() throws Exception {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void starts_everything_keeps_it_running_and_leaves_nothing_behind() throws Exception {
        Process sandbox = start("first");
        awaitUp("first");
        assertThat(output("first")).contains("127.0.0.1:" + ports.get(Port.ORDER_SERVICE), "curl", "Ctrl-C");

        // another one on the same folder
        Process second = start("second");
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(output("second")).contains("running already", Long.toString(sandbox.pid()));

        // a part that dies
        long before = pid("order-service");
        ProcessHandle.of(before).orElseThrow().destroyForcibly();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> output("first").contains("order-service     died")
                        && output("first").split("order-service     ready").length == 3);
        assertThat(pid("order-service")).isNotEqualTo(before);

        // the sandbox itself dies, and the next one finds what it left
        List<ProcessHandle> orphans = parts();
        sandbox.destroyForcibly().waitFor();
        assertThat(orphans).allMatch(ProcessHandle::isAlive);
        Process next = start("next");
        awaitUp("next");
        assertThat(output("next").split("left behind")).hasSize(PARTS.size() + 1);
        assertThat(orphans).noneMatch(Processes::lives);

        // the end
        List<ProcessHandle> children = processes();
        next.destroy();
        assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(children).noneMatch(Processes::lives);
        assertThat(output("next")).containsSubsequence("shipping-service  stopped", "postgres          stopped");
        assertThat(project.resolve(".waybill/run/postgres.pid")).doesNotExist();
    }

    @Test
    void names_a_taken_port_and_its_option_before_anything_is_started() throws Exception {
        try (ServerSocket other = new ServerSocket(ports.get(Port.CARRIER), 1, InetAddress.getByName("127.0.0.1"))) {
            Process sandbox = start("taken");

            assertThat(sandbox.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(sandbox.exitValue()).isEqualTo(1);
            assertThat(output("taken"))
                    .contains("Port " + other.getLocalPort(), "carrier", "--carrier-port", "WAYBILL_CARRIER_PORT")
                    .doesNotContain("ready");
        }
        assertThat(project.resolve(".waybill/data")).doesNotExist();
    }

    @Test
    void names_a_jar_that_is_missing() throws Exception {
        Files.delete(project.resolve("shipping-service/target/shipping-service.jar"));

        Process sandbox = start("unbuilt");

        assertThat(sandbox.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output("unbuilt")).contains("shipping-service.jar is missing");
    }

    private Process start(String name) throws IOException {
        List<String> command = RuntimeClasspath.java("-Xmx256m", "-XX:TieredStopAtLevel=1", Sandbox.class.getName());
        ports.forEach((port, number) -> command.addAll(List.of(port.option(), Integer.toString(number))));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(project.resolve(name + ".out").toFile());
        builder.environment().putAll(RuntimeClasspath.environment());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void awaitUp(String name) {
        await().atMost(START_LIMIT).until(() -> output(name).contains("Everything is up"));
    }

    private String output(String name) throws IOException {
        return Files.readString(project.resolve(name + ".out"));
    }

    private long pid(String part) throws IOException {
        return Long.parseLong(Files.readString(project.resolve(".waybill/run/" + part + ".pid"))
                .trim());
    }

    private List<ProcessHandle> processes() throws IOException {
        List<ProcessHandle> all = new ArrayList<>();
        for (ProcessHandle part : parts()) {
            all.add(part);
            part.descendants().forEach(all::add);
        }
        return all;
    }

    private List<ProcessHandle> parts() throws IOException {
        List<ProcessHandle> parts = new ArrayList<>();
        for (String part : PARTS) {
            parts.add(ProcessHandle.of(pid(part)).orElseThrow());
        }
        return parts;
    }
}
