package dev.waybill.outbox.support;

import dev.waybill.outbox.OutboxHistory;
import dev.waybill.outbox.OutboxProperties;
import dev.waybill.sandbox.testing.RealServers;
import dev.waybill.sandbox.testing.ServerConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.unit.DataSize;

/**
 * A database, topic and consumer group of a test's own on the shared servers: tests of one JVM do not see each other's
 * events.
 */
public final class Service {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String database;
    private final String topic;

    private Service(String database, String topic) {
        this.database = database;
        this.topic = topic;
    }

    /** Makes a database like {@code orders}: one role owns it, another one works in it. */
    public static Service create() {
        int number = NUMBER.incrementAndGet();
        Service service = new Service("service_" + number, "waybill.tests." + number);
        try (Connection superuser = RealServers.get().superuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE DATABASE " + service.database + " OWNER orders_owner");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return service;
    }

    public String topic() {
        return topic;
    }

    /** The consumer group of its instances. */
    public String group() {
        return database;
    }

    /** Starts one more instance of the service, with its own relay; the caller closes it. */
    public ConfigurableApplicationContext start(Class<?> application, Map<String, String> more) {
        return new SpringApplicationBuilder(application, ServerConnections.class)
                .run(arguments(Map.of("waybill.servers.database", database, "waybill.servers.role", "orders"), more));
    }

    /** For an instance in a process of its own, or one that finds a server elsewhere: it is told where they are. */
    public String[] standaloneArguments(Map<String, String> more) {
        Map<String, String> servers = RealServers.get().springProperties("orders");
        servers.put("spring.datasource.url", RealServers.get().jdbcUrl(database));
        return arguments(servers, more);
    }

    private String[] arguments(Map<String, String> servers, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(servers);
        properties.put("spring.kafka.consumer.group-id", group());
        properties.put("waybill.outbox.topic", topic);
        properties.putAll(more);
        return properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
    }

    /** A connection of the application's role, in auto-commit mode. */
    public Connection connect() throws SQLException {
        return dataSource().getConnection();
    }

    /** Without a pool, and of the application's role. */
    public DriverManagerDataSource dataSource() {
        return new DriverManagerDataSource(RealServers.get().jdbcUrl(database), "orders_app", "orders_app");
    }

    public Connection superuser() throws SQLException {
        return RealServers.get().superuser(database);
    }

    /** As a bean of the service would see it. */
    public OutboxHistory history() {
        return new OutboxHistory(
                dataSource(), new OutboxProperties("/tests", topic, DataSize.ofKilobytes(100), true), "main");
    }

    public TopicReader reader() {
        return reader(RealServers.get().kafkaBootstrap());
    }

    /** For a broker of the test's own. */
    public TopicReader reader(String bootstrap) {
        return new TopicReader(bootstrap, topic);
    }

    /** Returns when the topic has these events, as {@code subject/sequence}. */
    public void awaitOnTopic(String... names) {
        Set<String> missing = new LinkedHashSet<>(List.of(names));
        try (TopicReader reader = reader()) {
            reader.until(
                    read -> {
                        missing.removeAll(Judge.names(read));
                        return missing.isEmpty();
                    },
                    Duration.ofMinutes(2));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "missing on the topic: %s; the relay: %s; its sessions: %s"
                            .formatted(
                                    missing,
                                    query("SELECT row_to_json(o) FROM outbox.relay_offset o"),
                                    query(
                                            "SELECT json_agg(a) FROM pg_stat_activity a WHERE datname = current_database()")),
                    e);
        }
    }

    /** Inserts events, one transaction each. */
    public void insert(String subject, long... sequences) throws SQLException {
        try (Connection connection = connect()) {
            for (long sequence : sequences) {
                insert(connection, subject, sequence);
            }
        }
    }

    /** Inserts an event the way a stranger's SQL would, in the transaction of the connection. */
    public static void insert(Connection connection, String subject, long sequence) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO outbox.event (source, subject, sequence, type, payload) VALUES ('/tests', ?, ?, 'test.happened', ?::json)")) {
            statement.setString(1, subject);
            statement.setLong(2, sequence);
            statement.setString(3, "{\"sequence\":" + sequence + "}");
            statement.executeUpdate();
        }
    }

    /** Returns when the relay's holder has read again what operators want of it. */
    public void awaitHeartbeat() {
        String heartbeat = "SELECT heartbeat_at FROM outbox.relay_offset";
        String before = query(heartbeat);
        Awaitility.await().until(() -> !query(heartbeat).equals(before));
    }

    /** The first column of the first row of a query as the superuser. */
    public String query(String sql) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
