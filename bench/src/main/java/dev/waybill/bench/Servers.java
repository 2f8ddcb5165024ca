package dev.waybill.bench;

import dev.waybill.sandbox.Databases;
import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.KafkaServer;
import dev.waybill.sandbox.Part;
import dev.waybill.sandbox.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A fresh PostgreSQL and Kafka, each a process of its own, and the processes that are measured on them. */
final class Servers implements AutoCloseable {

    static final String DATABASE = "orders";
    static final int PARTITIONS = 4;

    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final Path log;
    private final boolean record;
    private final List<Child> children = new ArrayList<>();

    private Servers(Path folder, boolean record) {
        Home home = new Home(folder);
        postgres = new PostgresServer(home, FreePort.find());
        kafka = new KafkaServer(home, FreePort.find());
        log = folder.resolve("logs").resolve("postgres.log");
        this.record = record;
    }

    static Servers start(Path folder, boolean record) throws Exception {
        Folders.delete(folder.resolve("data"));
        Folders.delete(folder.resolve("logs"));
        Servers servers = new Servers(folder, record);
        Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
        for (Part part : List.of(servers.postgres, servers.kafka)) {
            part.start();
            part.awaitReady(Duration.ofMinutes(2));
        }
        new Databases(servers.postgres.jdbcUrl(""), PostgresServer.SUPERUSER, PostgresServer.SUPERUSER).create();
        // The schema is the library's to make.
        servers.application("migration", "none", false).close();
        return servers;
    }

    void describe(Report report) throws SQLException {
        report.line("PostgreSQL %s: %s".formatted(query("SHOW server_version"), query("""
                                SELECT string_agg(name || '=' || current_setting(name), ', ') FROM unnest(ARRAY[
                                    'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size'])
                                    AS name""")));
        report.line("Kafka 4.1.2, one node, %d partitions; clients %s"
                .formatted(PARTITIONS, org.apache.kafka.common.utils.AppInfoParser.getVersion()));
    }

    Connection superuser(String database) throws SQLException {
        return postgres.superuser(database);
    }

    String jdbcUrl() {
        return postgres.jdbcUrl(DATABASE);
    }

    String bootstrap() {
        return kafka.bootstrap();
    }

    long postgresPid() {
        return postgres.pid();
    }

    long kafkaPid() {
        return kafka.pid();
    }

    Path postgresLog() {
        return log;
    }

    String createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        return name;
    }

    /** The first column of the first row. */
    String query(String sql) throws SQLException {
        try (Connection connection = superuser(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = superuser(DATABASE);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** An application that uses the library, with its relay or without. */
    Child application(String name, String topic, boolean relay) throws Exception {
        String database = "spring.datasource.";
        return child(
                name,
                Application.class,
                "--" + database + "url=" + jdbcUrl(),
                "--" + database + "username=orders_app",
                "--" + database + "password=orders_app",
                "--spring.flyway.user=orders_owner",
                "--spring.flyway.password=orders_owner",
                "--spring.kafka.bootstrap-servers=" + bootstrap(),
                "--waybill.outbox.source=/bench",
                "--waybill.outbox.topic=" + topic,
                "--waybill.outbox.relay.enabled=" + relay);
    }

    Child child(String name, Class<?> program, String... arguments) throws Exception {
        Child child = Child.start(name, record, program, arguments);
        children.add(child);
        return child;
    }

    @Override
    public synchronized void close() {
        children.forEach(Child::close);
        kafka.stop();
        postgres.stop();
    }
}
