package dev.waybill.bench.loops;

import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Settings;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What the machine can do: reads by position, sends key and value, and nothing else. It keeps no account of what is missing
 * and so loses what commits late, no order when a send fails, and no offset: a limit, and no relay.
 */
public final class BareLoop extends Loop {

    private static final int BATCH = 5_000;
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;
    private long position;

    private BareLoop(Settings settings) throws SQLException {
        super(
                settings,
                "CREATE TABLE outbox (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, type text"
                        + " NOT NULL, payload json NOT NULL)",
                "INSERT INTO outbox (key, type, payload) VALUES (?, ?, ?::json)");
        this.topic = settings.topic();
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        settings.bootstrap(),
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "compression.type",
                        "lz4",
                        "batch.size",
                        256 * 1024,
                        "linger.ms",
                        0),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, BareLoop::new);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "bare loop, kafka-clients " + AppInfoParser.getVersion(),
                "%,d a read".formatted(BATCH),
                "again after %d ms when nothing was there".formatted(PAUSE.toMillis()),
                "acks=all, idempotent, lz4, batch.size=262144, linger.ms=0");
    }

    @Override
    public String backlog(String rows) {
        return "INSERT INTO outbox (key, type, payload) SELECT key, 'order.changed', payload::json FROM (" + rows
                + ") AS e";
    }

    @Override
    Duration pass(Connection connection) throws SQLException {
        int read = 0;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT position, key, payload FROM outbox WHERE position > ? ORDER BY position LIMIT " + BATCH)) {
            query.setLong(1, position);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    position = row.getLong(1);
                    producer.send(new ProducerRecord<>(
                            topic, row.getString(2), row.getString(3).getBytes(StandardCharsets.UTF_8)));
                    read++;
                }
            }
        }
        connection.commit();
        return read > 0 ? Duration.ZERO : PAUSE;
    }

    @Override
    public void stop() throws Exception {
        super.stop();
        producer.flush();
    }
}
