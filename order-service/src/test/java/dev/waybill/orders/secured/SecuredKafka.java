package dev.waybill.orders.secured;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.sandbox.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.MountableFile;
import org.yaml.snakeyaml.Yaml;

/** The broker of {@code docker-compose.secured.yml}, from the same files, with other passwords. Nobody has a user yet. */
final class SecuredKafka implements AutoCloseable {

    static final String ORDER_SERVICE = "order-service";
    static final String SHIPPING_SERVICE = "shipping-service";

    private static final Path ROOT = Path.of("..");
    private static final String ACLS = "org.apache.kafka.tools.AclCommand";

    private final int port = FreePort.find();
    private final GenericContainer<?> broker = new GenericContainer<>("apache/kafka:4.1.2");

    SecuredKafka() {
        broker.setPortBindings(List.of("127.0.0.1:" + port + ":9092"));
        broker.withEnv("KAFKA_ADVERTISED_LISTENERS", "HOST://" + bootstrap() + ",LOCAL://localhost:29092")
                .withCopyFileToContainer(mounted("kafka"), "/kafka")
                .withCopyFileToContainer(mounted("kafka/server.properties"), "/mnt/shared/config/server.properties")
                .withCommand("/kafka/start.sh")
                .waitingFor(
                        Wait.forLogMessage(".*Kafka Server started.*\\n", 1).withStartupTimeout(Duration.ofMinutes(3)));
        Stream.of("admin", "order_service", "shipping_service")
                .map(name -> "kafka_" + name)
                .forEach(name -> broker.withCopyToContainer(
                        Transferable.of("secret-of-" + name + "\n", 0444), "/run/secrets/" + name + "_password"));
        broker.start();
    }

    private static MountableFile mounted(String path) {
        return MountableFile.forHostPath(ROOT.resolve(path));
    }

    static String password(String user) {
        return "secret-of-kafka_" + user.replace('-', '_');
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** What the compose file runs beside the broker: makes the users and says what they may do. */
    void giveAccess() {
        run("/kafka/access.sh");
    }

    /** @param change such as {@code --add} or {@code --remove --force}, and what of */
    void acls(String change) {
        run(("/kafka/admin.sh kafka-run-class.sh " + ACLS + " " + change).split(" "));
    }

    private void run(String... command) {
        try {
            var result = broker.execInContainer(command);
            assertThat(result.getExitCode())
                    .as(() -> result.getStdout() + result.getStderr())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a client that is a stranger to Spring is told. */
    Map<String, Object> client(String user, String password) {
        return Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap(),
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                "SASL_PLAINTEXT",
                SaslConfigs.SASL_MECHANISM,
                "SCRAM-SHA-512",
                SaslConfigs.SASL_JAAS_CONFIG,
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password));
    }

    Map<String, Object> client(String user) {
        return client(user, password(user));
    }

    /** The variables that the compose file gives a service, and no password among them. */
    static Map<String, Object> environment(String service) {
        try {
            String compose = Files.readString(ROOT.resolve("docker-compose.secured.yml"))
                    .replace("!override", "") // a word of compose's own
                    .replace("$$", "$");
            Map<String, Map<String, Map<String, Map<String, Object>>>> all = new Yaml().load(compose);
            Map<String, Object> variables =
                    new HashMap<>(all.get("services").get(service).get("environment"));
            assertThat(variables.values()).noneMatch(value -> value.toString().contains("secret-of"));
            return variables;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        broker.stop();
    }
}
