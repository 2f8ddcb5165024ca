package dev.waybill.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Appending, and the event on the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutboxIT {

    record Data(String text) {}

    private final Service service = Service.create();
    private ConfigurableApplicationContext application;
    private Outbox outbox;
    private TransactionTemplate transaction;

    @BeforeAll
    void start() {
        application = TestApplication.start(service, Map.of());
        outbox = application.getBean(Outbox.class);
        transaction = new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private long rows(String subject) {
        return Long.parseLong(service.query("SELECT count(*) FROM outbox.event WHERE subject = '" + subject + "'"));
    }

    @Test
    void whatCommitsIsReadByAStrangerWithTheCloudEventsSdk() {
        OutboxEvent event = new OutboxEvent(
                "wire", 0, "test.happened", new Data("grüße ☃"), Map.of("traceparent", "00-1-2-01", "tenant", "t-1"));
        UUID id = transaction.execute(status -> outbox.append(event));
        try (TopicReader reader = service.reader()) {
            ConsumerRecord<String, byte[]> record =
                    reader.until(read -> find(read, "wire") != null, Duration.ofSeconds(30)).stream()
                            .filter(each -> each.key().equals("wire"))
                            .findFirst()
                            .orElseThrow();
            CloudEvent read =
                    new CloudEventDeserializer().deserialize(record.topic(), record.headers(), record.value());
            assertThat(read.getSpecVersion().toString()).isEqualTo("1.0");
            assertThat(read.getId()).isEqualTo(id.toString());
            assertThat(read.getSource()).hasToString("/tests");
            assertThat(read.getSubject()).isEqualTo("wire");
            assertThat(read.getType()).isEqualTo("test.happened");
            assertThat(read.getExtension("sequence")).isEqualTo("0");
            assertThat(read.getTime())
                    .isBetween(
                            OffsetDateTime.now().minusMinutes(5),
                            OffsetDateTime.now().plusMinutes(5));
            assertThat(read.getDataContentType()).isEqualTo("application/json");
            assertThat(new String(read.getData().toBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"text\":\"grüße ☃\"}");
            assertThat(TopicReader.header(record, "traceparent")).isEqualTo("00-1-2-01");
            assertThat(TopicReader.header(record, "tenant")).isEqualTo("t-1");
        }
    }

    private static ConsumerRecord<String, byte[]> find(List<ConsumerRecord<String, byte[]>> records, String key) {
        return records.stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    /** In one read, whose rows the relay compares with their neighbours. */
    @Test
    void neighboursHaveEachItsOwnTypeAndHeaders() {
        transaction.executeWithoutResult(status -> {
            for (int i = 0; i < 12; i++) {
                Map<String, String> headers = i % 3 == 0 ? Map.of() : Map.of("tenant", "t-" + i / 3);
                outbox.append(new OutboxEvent("neighbour-" + i, 0, "test.type-" + i / 2 % 2, "x", headers));
            }
        });
        try (TopicReader reader = service.reader()) {
            for (int i = 0; i < 12; i++) {
                String key = "neighbour-" + i;
                ConsumerRecord<String, byte[]> record =
                        find(reader.until(read -> find(read, key) != null, Duration.ofSeconds(30)), key);
                assertThat(TopicReader.header(record, "ce_type")).isEqualTo("test.type-" + i / 2 % 2);
                assertThat(TopicReader.header(record, "tenant")).isEqualTo(i % 3 == 0 ? null : "t-" + i / 3);
            }
        }
    }

    @Test
    void outsideATransactionNothingIsWritten() {
        assertThatThrownBy(() -> outbox.append(new OutboxEvent("outside", 0, "test.happened", "x")))
                .isInstanceOf(NoTransactionException.class)
                .hasMessageContaining("test.happened of outside")
                .hasMessageContaining("@Transactional");
        assertThat(rows("outside")).isZero();
    }

    @Test
    void anEventOverTheLimitRollsTheTransactionBack() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    outbox.append(new OutboxEvent("large", 0, "test.happened", "fits"));
                    outbox.append(new OutboxEvent("large", 1, "test.happened", "é".repeat(60_000)));
                }))
                .isInstanceOf(EventTooLargeException.class)
                .hasMessageContaining("waybill.outbox.max-event-size (102,400 bytes)");
        assertThat(rows("large")).isZero();
    }

    @Test
    void aSequenceIsTakenOnce() {
        transaction.executeWithoutResult(status -> outbox.append(new OutboxEvent("twice", 0, "test.happened", "x")));
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> outbox.append(new OutboxEvent("twice", 0, "test.happened", "y"))))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(rows("twice")).isEqualTo(1);
    }

    @Test
    void aRolledBackEventIsNeverPublishedAndHoldsNothingUp() {
        transaction.executeWithoutResult(status -> {
            outbox.append(new OutboxEvent("phantom", 0, "test.happened", "x"));
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> outbox.append(new OutboxEvent("after", 0, "test.happened", "x")));
        try (TopicReader reader = service.reader()) {
            reader.until(read -> find(read, "after") != null, Duration.ofSeconds(30));
            assertThat(find(reader.records(), "phantom")).isNull();
        }
    }

    @Test
    void rowsWrittenByPlainSqlAreFound() throws Exception {
        try (Connection connection = service.connect()) {
            Service.insert(connection, "plain", 0);
        }
        try (TopicReader reader = service.reader()) {
            reader.until(read -> find(read, "plain") != null, Duration.ofSeconds(30));
        }
    }

    @Test
    void aCommitWithEventsIsDurableBeforeItIsVisible() throws Exception {
        try (Connection connection = service.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            connection.setAutoCommit(false);
            Service.insert(connection, "durable", 0);
            try (var row = statement.executeQuery("SHOW synchronous_commit")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("on");
            }
            connection.commit();
            try (var row = statement.executeQuery("SHOW synchronous_commit")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("off");
            }
        }
    }

    @Test
    void theServiceMayDoWhatTheLibraryDoesAndNoMore() throws Exception {
        try (Connection connection = service.connect();
                Statement statement = connection.createStatement()) {
            for (String forbidden : List.of(
                    "UPDATE outbox.event SET type = 'other'",
                    "TRUNCATE outbox.event",
                    "DROP TABLE outbox.event",
                    "CREATE TABLE outbox.mine (id int)",
                    "DELETE FROM outbox.inbox",
                    "SELECT setval('outbox.event_position', 1)")) {
                assertThatThrownBy(() -> statement.execute(forbidden))
                        .as(forbidden)
                        .hasMessageMatching("(?s).*(permission denied|must be owner).*");
            }
        }
    }
}
