package dev.waybill.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What the machine can do: reads by position, sends, counts acknowledgements, and nothing else. It keeps no order when a
 * send fails, no offset and no account of what is missing, so it is a limit and not a relay.
 */
public final class BareLoop {

    /** What it reads and sends: the key and the payload alone, or the very records of the relay. */
    enum Records {
        BARE("position, subject, payload"),
        SAME("position, subject, payload, id, source, sequence, type, headers, occurred_at");

        private final String columns;

        Records(String columns) {
            this.columns = columns;
        }
    }

    private static final byte[] SPEC_VERSION = utf8("1.0");
    private static final byte[] CONTENT_TYPE = utf8("application/json");

    private final Connection connection;
    private final KafkaProducer<String, byte[]> producer;
    private final String topic;

    private BareLoop(Connection connection, KafkaProducer<String, byte[]> producer, String topic) {
        this.connection = connection;
        this.producer = producer;
        this.topic = topic;
    }

    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[1];
        try (Connection connection = DriverManager.getConnection(arguments[0], "orders_app", "orders_app");
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Drain.producerSettings(bootstrap), new StringSerializer(), new ByteArraySerializer())) {
            BareLoop loop = new BareLoop(connection, producer, arguments[2]);
            Child.obey(
                    words -> loop.run(Records.valueOf(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3])));
        }
    }

    private void run(Records records, long after, int events) throws Exception {
        AtomicLong firstAt = new AtomicLong();
        CountDownLatch missing = new CountDownLatch(events);
        long position = after;
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + records.columns
                + " FROM outbox.event WHERE position > ? ORDER BY position LIMIT " + Drain.BATCH)) {
            for (int sent = 0; sent < events; ) {
                statement.setLong(1, position);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        position = row.getLong(1);
                        sent++;
                        producer.send(record(records, row), (metadata, error) -> {
                            if (error != null) {
                                throw new IllegalStateException(error);
                            }
                            if (firstAt.get() == 0) {
                                firstAt.set(System.nanoTime());
                            }
                            missing.countDown();
                        });
                    }
                }
            }
        }
        missing.await();
        System.out.println("@acknowledged " + (System.nanoTime() - firstAt.get()) / 1e9);
    }

    private ProducerRecord<String, byte[]> record(Records records, ResultSet row) throws SQLException {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, row.getString(2), utf8(row.getString(3)));
        if (records == Records.SAME) {
            Headers headers = record.headers();
            headers.add("ce_specversion", SPEC_VERSION);
            headers.add("ce_id", utf8(row.getString(4)));
            headers.add("ce_source", utf8(row.getString(5)));
            headers.add("ce_type", utf8(row.getString(7)));
            headers.add("ce_subject", utf8(record.key()));
            headers.add("ce_time", utf8(row.getObject(9, OffsetDateTime.class).toString()));
            headers.add("ce_sequence", utf8(Long.toString(row.getLong(6))));
            headers.add("content-type", CONTENT_TYPE);
        }
        return record;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
