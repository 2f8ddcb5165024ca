package dev.waybill.bench.harness;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.KafkaServer;
import dev.waybill.sandbox.Part;
import dev.waybill.sandbox.PostgresServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A fresh PostgreSQL (fsync on) and Kafka, each a process of its own. */
final class Servers implements AutoCloseable {

    static final int PARTITIONS = 4;

    private static final Duration START_WITHIN = Duration.ofMinutes(2);

    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private boolean logical;

    private Servers(Path folder) {
        Home home = new Home(folder);
        postgres = new PostgresServer(home, FreePort.find());
        kafka = new KafkaServer(home, FreePort.find());
    }

    /** The folder is another run's, which would lose its servers. */
    static final class InUse extends IOException {
        InUse(Path folder) {
            super(
                    "Another bench/run has its servers in %s, and two at a time would only measure each other: wait for it to end, or stop it"
                            .formatted(folder));
        }
    }

    /**
     * Claims the folder until the channel is closed or this process ends, however it ends.
     *
     * @throws InUse where another has done so
     */
    static FileChannel claim(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(folder.resolve("claim"), CREATE, WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // in this very process
        }
        channel.close();
        throw new InUse(folder);
    }

    static Servers start(Path folder) throws IOException {
        Folders.delete(folder.resolve("data"));
        Folders.delete(folder.resolve("logs"));
        Servers servers = new Servers(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(servers::close));
        for (Part part : List.of(servers.postgres, servers.kafka)) {
            part.start();
            part.awaitReady(START_WITHIN);
        }
        return servers;
    }

    List<String> describe() throws SQLException {
        String settings = query("postgres", """
                SELECT string_agg(name || '=' || current_setting(name), ', ') FROM unnest(ARRAY[
                    'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size']) AS name""");
        return List.of(
                "PostgreSQL %s: %s; wal_level=logical for Debezium only"
                        .formatted(query("postgres", "SHOW server_version"), settings),
                "Kafka 4.1.2, one node, topics of %d partitions".formatted(PARTITIONS));
    }

    /** Has the write-ahead log hold what a change was, or not; a restart where it is not so yet. */
    void logical(boolean wanted) throws SQLException {
        if (wanted == logical) {
            return;
        }
        execute("postgres", "ALTER SYSTEM SET wal_level = " + (wanted ? "logical" : "replica"));
        postgres.stop();
        postgres.start();
        postgres.awaitReady(START_WITHIN);
        logical = wanted;
    }

    void createDatabase(String name) throws SQLException {
        execute("postgres", "CREATE DATABASE " + name);
    }

    void dropDatabase(String name) throws SQLException {
        execute(
                "postgres",
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT NULL");
        execute(
                name,
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '" + name + "'");
        execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
    }

    void execute(String database, String sql) throws SQLException {
        try (Connection connection = postgres.superuser(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String query(String database, String sql) throws SQLException {
        try (Connection connection = postgres.superuser(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    void createTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    void deleteTopic(String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            admin.deleteTopics(List.of(name)).all().get();
        }
    }

    Connection superuser(String database) throws SQLException {
        return postgres.superuser(database);
    }

    String jdbcUrl(String database) {
        return postgres.jdbcUrl(database);
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

    @Override
    public synchronized void close() {
        kafka.stop();
        postgres.stop();
    }
}
