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
 * The scheduled method that most tutorials end with: reads a hundred that are not sent, oldest first, sends one, waits for
 * it, marks it as sent, and goes on with the next.
 */
public final class TutorialLoop extends Loop {

    private static final int BATCH = 100;

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;
    private final Duration interval;

    private TutorialLoop(Settings settings) throws SQLException {
        super(
                settings,
                "CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, type text NOT NULL,"
                        + " payload json NOT NULL, created_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
                        + " sent boolean NOT NULL DEFAULT false); CREATE INDEX ON outbox (created_at, id) WHERE NOT sent",
                "INSERT INTO outbox (key, type, payload) VALUES (?, ?, ?::json)");
        this.topic = settings.topic();
        this.interval = settings.tuned() ? Duration.ofMillis(100) : Duration.ofSeconds(1);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", settings.bootstrap()), new StringSerializer(), new ByteArraySerializer());
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, TutorialLoop::new);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "tutorial loop, kafka-clients " + AppInfoParser.getVersion(),
                "%d a read, every %d ms".formatted(BATCH, interval.toMillis()),
                "the producer's defaults");
    }

    @Override
    public String backlog(String rows) {
        return "INSERT INTO outbox (key, type, payload) SELECT key, 'order.changed', payload::json FROM (" + rows
                + ") AS e";
    }

    @Override
    Duration pass(Connection connection) throws Exception {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT id, key, payload FROM outbox WHERE NOT sent ORDER BY created_at, id LIMIT " + BATCH);
                PreparedStatement mark = connection.prepareStatement("UPDATE outbox SET sent = true WHERE id = ?");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                byte[] value = row.getString(3).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, row.getString(2), value))
                        .get();
                mark.setLong(1, row.getLong(1));
                mark.executeUpdate();
            }
        }
        connection.commit();
        return interval;
    }
}
