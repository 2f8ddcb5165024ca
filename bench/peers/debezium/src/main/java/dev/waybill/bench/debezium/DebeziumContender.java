package dev.waybill.bench.debezium;

import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import io.debezium.Module;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.utils.AppInfoParser;

/** Debezium's engine inside the service, and the outbox table as its event router expects it. */
public final class DebeziumContender implements Contender {

    private final HikariDataSource pool;
    private final Tuning tuning;
    private final Engine engine;

    private DebeziumContender(Settings settings) throws Exception {
        pool = settings.pool(16);
        tuning = settings.tuned() ? Tuning.BEST : Tuning.DEFAULT;
        execute("""
                CREATE TABLE outbox (
                    id uuid PRIMARY KEY,
                    aggregatetype varchar(255) NOT NULL,
                    aggregateid varchar(255) NOT NULL,
                    type varchar(255) NOT NULL,
                    payload jsonb)
                """);
        engine = new Engine(settings, tuning);
        // What is written before the slot exists is never seen, and it is the first start that makes slot and
        // publication.
        engine.start();
        engine.stop();
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, DebeziumContender::new);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("Debezium %s embedded, kafka-clients %s".formatted(Module.version(), AppInfoParser.getVersion()));
        lines.add(
                "pgoutput, snapshot.mode=no_data, EventRouter, offsets in a file, a batch is finished when Kafka has it all");
        lines.addAll(tuning.describe());
        return lines;
    }

    @Override
    public void transact(Work work, boolean rollBack) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Event event = work.on(connection);
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES (?, 'order', ?, ?, ?::jsonb)")) {
                insert.setObject(1, UUID.randomUUID());
                insert.setString(2, event.key());
                insert.setString(3, Event.TYPE);
                insert.setString(4, event.payload());
                insert.executeUpdate();
            }
            if (rollBack) {
                connection.rollback();
            } else {
                connection.commit();
            }
        }
    }

    /** It is not the rows that wait, but what the log says of them. */
    @Override
    public String backlog(String rows) {
        return """
                INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload)
                SELECT gen_random_uuid(), 'order', key, 'order.changed', payload::jsonb FROM (%s) AS event
                """.formatted(rows);
    }

    @Override
    public void start() throws Exception {
        engine.start();
    }

    @Override
    public void stop() throws Exception {
        engine.stop();
    }

    @Override
    public void close() throws Exception {
        engine.close();
        pool.close();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
