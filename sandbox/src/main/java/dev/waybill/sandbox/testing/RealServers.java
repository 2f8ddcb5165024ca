package dev.waybill.sandbox.testing;

import dev.waybill.sandbox.Databases;
import dev.waybill.sandbox.SandboxException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * PostgreSQL 17 and Kafka 4.1 for integration tests, with the roles and databases of {@code db/}. They are started when
 * first asked for, shared by all tests of the JVM and stopped when it exits.
 *
 * <p>They run in containers where a Docker engine answers, else as embedded servers, that is processes of this machine.
 * The system property {@code waybill.servers} or the environment variable {@code WAYBILL_SERVERS} decides otherwise:
 * {@code docker} or {@code embedded}. Either way Postgres takes 200 connections and 20 prepared transactions, and Kafka
 * creates no topic by itself. {@link ServerConnections} connects a test's application to them.
 */
public final class RealServers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RealServers.class);
    private static final String SUPERUSER = "postgres";

    private static RealServers shared;

    private final Servers servers;

    private RealServers(Servers servers) {
        this.servers = servers;
    }

    /**
     * The servers of this JVM; the first call starts them, which takes some seconds.
     *
     * @throws SandboxException if they cannot be started, or Docker is asked for and not there
     */
    public static synchronized RealServers get() {
        if (shared == null) {
            ServerChoice choice =
                    ServerChoice.make(System.getProperty("waybill.servers"), System.getenv("WAYBILL_SERVERS"));
            shared = startOrFallBack(choice);
        }
        return shared;
    }

    private static RealServers startOrFallBack(ServerChoice choice) {
        try {
            return start(choice);
        } catch (SandboxException e) {
            if (choice.wished() || choice.mode() == ServerChoice.Mode.EMBEDDED) {
                throw e;
            }
            log.warn("{}: {}", e.getMessage(), String.valueOf(e.getCause()));
            return start(choice.instead());
        }
    }

    static RealServers start(ServerChoice choice) {
        long begin = System.nanoTime();
        log.info("Starting Postgres and Kafka for the tests: {}, because {}", choice.mode(), choice.reason());
        Servers servers = choice.mode().create();
        // Before the start: an exit in the middle of it must not leave anything behind.
        Runtime.getRuntime().addShutdownHook(new Thread(servers::close, "stop-real-servers"));
        try {
            servers.start();
            new Databases(servers.postgres(), SUPERUSER, SUPERUSER).create();
        } catch (RuntimeException e) {
            servers.close();
            throw new SandboxException("Cannot start Postgres and Kafka for the tests (" + choice.mode() + ")", e);
        }
        log.info("Postgres and Kafka answer after {} ms", (System.nanoTime() - begin) / 1_000_000);
        return new RealServers(servers);
    }

    /** Whether the servers are containers, so that a test can have some of its own. */
    public boolean inContainers() {
        return servers instanceof DockerServers;
    }

    /** A JDBC URL without user and password. */
    public String jdbcUrl(String database) {
        return servers.postgres() + database;
    }

    /** Opens a connection as the superuser; the caller closes it. */
    public Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), SUPERUSER, SUPERUSER);
    }

    /** What clients call {@code bootstrap.servers}. */
    public String kafkaBootstrap() {
        return servers.kafka();
    }

    /**
     * The standard properties with which a Spring Boot application in a process of its own uses the servers: the app role
     * for its data source, the owner for Flyway. One in a test's JVM is connected by {@link ServerConnections}.
     *
     * @param database {@code orders} or {@code shipping}
     */
    public Map<String, String> springProperties(String database) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", jdbcUrl(database));
        properties.put("spring.datasource.username", database + "_app");
        properties.put("spring.datasource.password", database + "_app");
        properties.put("spring.flyway.user", database + "_owner");
        properties.put("spring.flyway.password", database + "_owner");
        properties.put("spring.kafka.bootstrap-servers", kafkaBootstrap());
        return properties;
    }

    /** Empty where Kafka is no container. */
    Optional<KafkaContainer> kafkaContainer() {
        return servers.kafkaContainer();
    }

    /** Stops the servers. Tests need not call it: the JVM's exit does. */
    @Override
    public void close() {
        servers.close();
    }
}
