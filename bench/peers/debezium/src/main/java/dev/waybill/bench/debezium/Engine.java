package dev.waybill.bench.debezium;

import dev.waybill.bench.contest.Settings;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.source.SourceRecord;

/** Runs Debezium from the outbox table to Kafka, again and again. */
final class Engine implements AutoCloseable {

    private final Settings settings;
    private final Path offsets = Files.createTempFile("debezium", ".offsets");
    private final String slot;
    private final Properties properties = new Properties();
    private final KafkaSink sink;
    private DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private CompletableFuture<Void> ended;

    Engine(Settings settings, Tuning tuning) throws IOException {
        this.settings = settings;
        URI server = URI.create(settings.jdbcUrl().substring("jdbc:".length()));
        String database = server.getPath().substring(1);
        this.slot = "debezium_" + database; // slots are the whole server's
        properties.putAll(tuning.engine());
        properties.put("name", "bench");
        properties.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.put("offset.storage.file.filename", offsets.toString());
        properties.put("topic.prefix", "bench");
        properties.put("database.hostname", server.getHost());
        properties.put("database.port", Integer.toString(server.getPort()));
        properties.put("database.dbname", database);
        properties.put("database.user", settings.user());
        properties.put("database.password", settings.password());
        properties.put("plugin.name", "pgoutput");
        properties.put("slot.name", slot);
        properties.put("snapshot.mode", "no_data");
        properties.put("table.include.list", "public.outbox");
        properties.put("transforms", "outbox");
        properties.put("transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter");
        properties.put("transforms.outbox.route.topic.replacement", settings.topic());
        this.sink = new KafkaSink(settings.bootstrap(), tuning.producer());
    }

    /** Returns when the server sends: an engine that is stopped between its start and that may keep the slot for good. */
    void start() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        ended = new CompletableFuture<>();
        engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using(new DebeziumEngine.ConnectorCallback() {
                    @Override
                    public void pollingStarted() {
                        begun.complete(null);
                    }
                })
                .using((success, message, error) -> {
                    if (success) {
                        ended.complete(null);
                    } else {
                        ended.completeExceptionally(error != null ? error : new IllegalStateException(message));
                    }
                })
                .notifying(sink)
                .build();
        new Thread(engine, "debezium").start();
        CompletableFuture.anyOf(begun, ended).join();
        while (!ended.isDone() && !active()) {
            Thread.sleep(5);
        }
    }

    /** Until the server knows, too: to a slot that is still active nobody can connect. */
    void stop() throws Exception {
        if (!ended.isDone()) {
            engine.close();
        }
        ended.get(); // tells of the failure if it had ended by itself
        sink.settle();
        while (active()) {
            Thread.sleep(5);
        }
    }

    private boolean active() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT 1 FROM pg_replication_slots WHERE slot_name = ? AND active")) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Without the slot, which would keep the log forever. */
    @Override
    public void close() throws Exception {
        if (ended != null && !ended.isDone()) {
            stop();
        }
        sink.close();
        try (Connection connection = connect();
                PreparedStatement drop = connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
            drop.setString(1, slot);
            drop.execute();
        }
        Files.delete(offsets);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }
}
