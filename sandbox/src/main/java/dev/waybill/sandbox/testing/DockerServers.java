package dev.waybill.sandbox.testing;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.PostgreSQLContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** Both as containers. */
final class DockerServers implements Servers {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final PostgreSQLContainer<?> postgres = new PostgreSQLContainer<>("postgres:17")
            .withStartupTimeout(START_LIMIT)
            .withUsername("postgres")
            .withPassword("postgres")
            .withDatabaseName("postgres")
            // The cluster sorts as the embedded one does.
            .withEnv(
                    "POSTGRES_INITDB_ARGS",
                    "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8")
            .withCommand("postgres", "-c", "max_connections=200", "-c", "max_prepared_transactions=20");
    private final KafkaContainer kafka = new KafkaContainer("apache/kafka:4.1.2") {
        /** An application context closes its beans with itself; this one is there for those that follow, too. */
        @Override
        public void close() {}
    }.withEnv(Map.of(
                    "KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false",
                    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"))
            .withStartupTimeout(START_LIMIT);

    @Override
    public void start() {
        Startables.deepStart(postgres, kafka).join();
    }

    @Override
    public String postgres() {
        return "jdbc:postgresql://%s:%d/".formatted(postgres.getHost(), postgres.getMappedPort(5432));
    }

    @Override
    public String kafka() {
        return kafka.getBootstrapServers();
    }

    @Override
    public Optional<KafkaContainer> kafkaContainer() {
        return Optional.of(kafka);
    }

    @Override
    public void close() {
        Stream.of(postgres, kafka).parallel().forEach(container -> container.stop());
    }
}
