package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import dev.waybill.outbox.support.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** A holder in a process of its own that stops in the middle of what it does, and may come back. */
class FrozenHolderIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, String> SHORT_SESSION = Map.of("waybill.outbox.relay.session-timeout", "4s");

    private final Service service = Service.create();

    private Process startProcess() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                TestApplication.class.getName()));
        command.addAll(List.of(service.standaloneArguments(SHORT_SESSION)));
        Process process = new ProcessBuilder(command).inheritIO().start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private String holder() {
        return service.query("SELECT holder FROM outbox.relay_offset");
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private void awaitHolder(Process process, boolean isHolder) {
        await().atMost(LONG)
                .ignoreExceptions()
                .until(() -> isHolder == String.valueOf(holder()).startsWith(process.pid() + "@") && holder() != null);
    }

    private void judge(Set<String> committed) {
        try (TopicReader reader = service.reader()) {
            reader.until(read -> Judge.names(read).containsAll(committed), LONG);
            reader.poll(Duration.ofMillis(300));
            Judge.assertAllOnceAtLeastAndInOrder(committed, reader.records());
        }
    }

    @Test
    void frozenLongerThanItsSessionItIsReplacedAndThawedItStepsBack() throws Exception {
        Process frozen = startProcess();
        try {
            awaitHolder(frozen, true);
            try (ConfigurableApplicationContext second = TestApplication.start(service, SHORT_SESSION);
                    Writers writers = new Writers(service)) {
                writers.start(4, 1);
                await().atMost(LONG).until(() -> writers.count() >= 200);
                signal(frozen, "STOP");
                awaitHolder(frozen, false);
                int before = writers.count();
                await().atMost(LONG).until(() -> writers.count() >= before + 200);
                String position = service.query("SELECT position FROM outbox.relay_offset");
                signal(frozen, "CONT");
                await().during(Duration.ofSeconds(3)).atMost(LONG).untilAsserted(() -> {
                    assertThat(holder()).doesNotStartWith(frozen.pid() + "@");
                    assertThat(Long.parseLong(service.query("SELECT position FROM outbox.relay_offset")))
                            .isGreaterThanOrEqualTo(Long.parseLong(position));
                });
                assertThat(frozen.isAlive()).isTrue();
                assertThat(second.getBean(RelayStatus.class).active()).isTrue();
                second.close(); // and the thawed one is fit to take over again
                awaitHolder(frozen, true);
                int after = writers.count();
                await().atMost(LONG).until(() -> writers.count() >= after + 100);
                judge(writers.stop());
            }
        } finally {
            frozen.destroyForcibly().waitFor();
        }
    }

    @Test
    void killedItIsReplacedAtOnce() throws Exception {
        Process killed = startProcess();
        try {
            awaitHolder(killed, true);
            try (ConfigurableApplicationContext second = TestApplication.start(service, SHORT_SESSION);
                    Writers writers = new Writers(service)) {
                writers.start(4, 2);
                await().atMost(LONG).until(() -> writers.count() >= 200);
                killed.destroyForcibly();
                awaitHolder(killed, false);
                await().atMost(LONG)
                        .until(() -> second.getBean(RelayStatus.class).active());
                int before = writers.count();
                await().atMost(LONG).until(() -> writers.count() >= before + 100);
                judge(writers.stop());
            }
        } finally {
            killed.destroyForcibly().waitFor();
        }
    }
}
