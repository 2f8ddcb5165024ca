package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.OutboxHistory;
import dev.waybill.outbox.PastEvent;
import dev.waybill.outbox.support.Management;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** When each event was published, as the history tells it. */
class PublicationIT {

    private final Service service = Service.create();
    private ConfigurableApplicationContext application;
    private OutboxHistory history;

    @BeforeEach
    void start() {
        application = TestApplication.startManaged(service, Map.of());
        history = application.getBean(OutboxHistory.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private Instant publishedAt(String subject) {
        return history.of(subject, -1, 1).get(0).publishedAt();
    }

    private void awaitPublished(String subject) {
        await().untilAsserted(() -> assertThat(history.of(subject, -1, 100))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.publishedAt()).isNotNull()));
    }

    private void operator(String body) {
        assertThat(new Management(application).post("relay", body).status()).isLessThan(300);
    }

    @Test
    void tellsThePagesOfASubjectWithTheirTimes() throws Exception {
        Instant before = Instant.now();
        service.insert("told", 0, 1, 2);
        service.insert("other", 0);
        awaitPublished("told");

        List<PastEvent> events = history.of("told", 0, 5);

        assertThat(events).extracting(PastEvent::sequence).containsExactly(1L, 2L);
        assertThat(history.of("told", -1, 2)).extracting(PastEvent::sequence).containsExactly(0L, 1L);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.type()).isEqualTo("test.happened");
            assertThat(event.id()).isNotNull();
            assertThat(event.occurredAt()).isBetween(before, Instant.now());
            assertThat(event.publishedAt()).isBetween(event.occurredAt(), Instant.now());
        });
        assertThat(history.of("nobody", -1, 5)).isEmpty();
    }

    @Test
    void whatCommitsAfterTheOffsetHasPassedItIsPublishedLater() throws Exception {
        Instant committed;
        try (Connection open = service.connect()) {
            open.setAutoCommit(false);
            Service.insert(open, "late", 0);
            Service.insert(open, "late", 1);
            service.insert("early", 0);
            awaitPublished("early");
            assertThat(service.query("SELECT jsonb_array_length(holes) FROM outbox.relay_offset"))
                    .isEqualTo("1");
            Instant early = publishedAt("early");

            operator("{\"action\":\"pause\",\"reason\":\"for the test\"}");
            service.awaitHeartbeat();
            open.commit();
            assertThat(history.of("late", -1, 5))
                    .as("committed and below the offset, but still a hole")
                    .hasSize(2)
                    .allSatisfy(event -> assertThat(event.publishedAt()).isNull());
            committed = Instant.now();
            operator("{\"action\":\"resume\"}");
            awaitPublished("late");
            assertThat(publishedAt("late")).isAfter(committed).isAfter(early);
            assertThat(publishedAt("early")).isEqualTo(early);
        }
        service.insert("after", 0);
        awaitPublished("after");
        assertThat(
                        service.query(
                                "SELECT string_agg(first_position || '-' || last_position, ' ' ORDER BY last_position) FROM outbox.publication"))
                .isEqualTo("1-1 2-2 1-3 4-4");
    }

    @Test
    void whatRollsBackLogsNothingOfItsOwn() throws Exception {
        try (Connection open = service.connect()) {
            open.setAutoCommit(false);
            for (int i = 0; i < 20; i++) {
                Service.insert(open, "phantom", i);
                open.rollback();
            }
        }
        service.insert("real", 0);
        awaitPublished("real");
        await().until(() -> service.query("SELECT jsonb_array_length(holes) FROM outbox.relay_offset")
                .equals("0"));
        assertThat(service.query(
                        "SELECT string_agg(first_position || '-' || last_position, ' ') FROM outbox.publication"))
                .isEqualTo("1-21");
    }

    @Test
    void theLogGoesWithTheEvents() throws Exception {
        application.close();
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("INSERT INTO outbox.event (source, subject, sequence, type, payload, occurred_at) "
                    + "SELECT '/tests', 'old', i, 'test.happened', '{}', now() - interval '2 hours' "
                    + "FROM generate_series(0, 449) i");
        }
        application = TestApplication.startManaged(
                service,
                Map.of(
                        "waybill.outbox.relay.retention",
                        "3600s",
                        "waybill.outbox.relay.retention-chunk",
                        "100",
                        "waybill.outbox.relay.batch-size",
                        "1"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> "450".equals(service.query("SELECT position FROM outbox.relay_offset")));
        service.insert("young", 0);
        history = application.getBean(OutboxHistory.class);
        awaitPublished("young");
        Retention retention = new Retention(
                new org.springframework.jdbc.core.JdbcTemplate(application.getBean(javax.sql.DataSource.class)),
                Duration.ofHours(1),
                100);
        await().until(() -> retention.removeChunk() + retention.removeChunkOfLog() == 0);
        assertThat(service.query("SELECT string_agg(last_position::text, ' ') FROM outbox.publication"))
                .isEqualTo("451");
        assertThat(publishedAt("young")).isNotNull();
    }
}
