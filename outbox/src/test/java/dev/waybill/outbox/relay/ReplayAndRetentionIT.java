package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.Republishing;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/** What happens to events after they were published: again on demand, and gone in the end. */
class ReplayAndRetentionIT extends ManagedRelayTest {

    @Test
    void replaysPublishAgainWhatWasAskedForInOrder() throws Exception {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            service.insert("r-" + i % 3, i / 3);
            all.add("r-" + i % 3 + "/" + i / 3);
        }
        service.awaitOnTopic(all.toArray(String[]::new));
        await().until(() -> get("relay").body().at("/position").asLong() == 300);

        assertThat(post("replay", "{}").status()).isEqualTo(400);
        assertThat(post("replay", "{\"from\":5,\"to\":1}").status()).isEqualTo(400);
        assertThat(post("replay", "{\"subject\":\"r-1\"}").status()).isEqualTo(202);
        assertThat(post("replay", "{\"from\":1,\"to\":30}").status()).isEqualTo(202);
        await().untilAsserted(() -> {
            JsonNode items = get("replay").body().path("items");
            assertThat(items).hasSize(2);
            assertThat(items.get(1).path("state").asText()).isEqualTo("DONE");
            assertThat(items.get(1).path("events").asInt()).isEqualTo(100);
            assertThat(items.get(0).path("state").asText()).isEqualTo("DONE");
            assertThat(items.get(0).path("events").asInt()).isEqualTo(30);
        });
        try (TopicReader reader = service.reader()) {
            reader.atLeast(430);
            Judge.assertAllOnceAtLeastAndInOrder(all, reader.records());
            assertThat(reader.records()).hasSize(430);
        }
    }

    @Test
    void aReplayGoesOnAfterTheHolderHasEnded() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            service.insert("long-" + i, 0);
        }
        service.awaitOnTopic("long-999/0");
        await().until(() -> get("relay").body().at("/position").asLong() == 1_000);
        restart(Map.of("waybill.outbox.relay.replay-rate", "500"));
        post("replay", "{\"from\":0}");
        await().until(() -> get("replay").body().at("/items/0/events").asInt() >= 200);
        application.close();
        assertThat(service.query("SELECT finished_at FROM outbox.replay"))
                .as("still at work")
                .isNull();
        application = TestApplication.startManaged(service, Map.of());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                get("replay").body().at("/items/0/state").asText())
                        .isEqualTo("DONE"));
        assertThat(get("replay").body().at("/items/0/events").asInt()).isEqualTo(1_000);
    }

    @Test
    void largeEventsAreReadAFewAtATime() throws Exception {
        try (Connection connection = service.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO outbox.event (source, subject, sequence, type, payload)
                    SELECT '/tests', 'large-' || n, 0, 'test.happened', to_json(repeat('x', 800000))
                    FROM generate_series(1, 12) AS n
                    """);
        }
        await().until(() -> get("relay").body().at("/position").asLong() == 12);
        restart(Map.of("waybill.outbox.relay.replay-rate", "1"));
        post("replay", "{\"from\":0}");
        int first = await().atMost(Duration.ofSeconds(30))
                .until(() -> get("replay").body().at("/items/0/events").asInt(), events -> events > 0);
        assertThat(first).as("events of the first chunk").isEqualTo(5);
    }

    @Test
    void publishedEventsPastTheRetentionAreRemovedAndNoOthers() throws Exception {
        restart(Map.of("waybill.outbox.relay.retention", "3600s", "waybill.outbox.relay.retention-chunk", "100"));
        try (Connection open = service.connect();
                Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            open.setAutoCommit(false);
            Service.insert(open, "late", 0);
            statement.execute("INSERT INTO outbox.event (source, subject, sequence, type, payload, occurred_at) "
                    + "SELECT '/tests', 'old', i, 'test.happened', '{}', now() - interval '2 hours' "
                    + "FROM generate_series(0, 449) i");
            service.insert("young", 0);
            await().until(() -> get("relay").body().at("/position").asLong() >= 452);
            await().until(() -> get("relay").body().at("/holes").size() == 1);
            Retention retention =
                    new Retention(new JdbcTemplate(application.getBean(DataSource.class)), Duration.ofHours(1), 100);
            await().until(() -> retention.removeChunk() == 0);
            assertThat(service.query("SELECT string_agg(DISTINCT subject, ',') FROM outbox.event"))
                    .isEqualTo("young");
            open.commit();
            service.awaitOnTopic("late/0");
        }
        assertThat(service.query("SELECT string_agg(DISTINCT subject, ',' ORDER BY subject) FROM outbox.event"))
                .isEqualTo("late,young");
    }

    @Test
    void aServiceHasManySubjectsPublishedAgainByOneRequest() throws Exception {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 600; i++) {
            service.insert("m-" + i % 200, i / 200);
            all.add("m-" + i % 200 + "/" + i / 200);
        }
        service.awaitOnTopic(all.toArray(String[]::new));
        await().until(() -> get("relay").body().at("/position").asLong() == 600);
        Republishing republishing = application.getBean(Republishing.class);
        List<String> asked = IntStream.range(0, 150).mapToObj(i -> "m-" + i).toList();

        assertThat(republishing.request(asked, "the test")).hasSameElementsAs(asked);

        await().untilAsserted(() -> {
            JsonNode replay = get("replay").body().at("/items/0");
            assertThat(replay.path("state").asText()).isEqualTo("DONE");
            assertThat(replay.path("events").asInt()).isEqualTo(450);
            assertThat(replay.path("subjects").asInt()).isEqualTo(150);
            assertThat(replay.path("who").asText()).isEqualTo("the test");
        });
        try (TopicReader reader = service.reader()) {
            reader.atLeast(1_050);
            Judge.assertAllOnceAtLeastAndInOrder(all, reader.records());
            assertThat(reader.records()).hasSize(1_050);
            for (String subject : asked) {
                assertThat(reader.records())
                        .filteredOn(record -> record.key().equals(subject))
                        .extracting(record -> TopicReader.header(record, "ce_sequence"))
                        .containsExactly("0", "1", "2", "0", "1", "2");
            }
        }
    }

    @Test
    void onlyWhatIsPublishedAndNotAskedForYetIsPublishedAgain() throws Exception {
        Republishing republishing = application.getBean(Republishing.class);
        List<String> all = List.of("whole", "half", "none", "late", "unknown");
        try (Connection open = service.connect()) {
            open.setAutoCommit(false);
            Service.insert(open, "late", 0);
            service.insert("whole", 0);
            service.insert("half", 0);
            await().until(() -> service.history().of("half", -1, 1).get(0).publishedAt() != null);
            post("relay", "{\"action\":\"pause\",\"reason\":\"for the test\"}");
            service.awaitHeartbeat();
            open.commit();
            service.insert("half", 1);
            service.insert("none", 0);

            assertThat(transaction(status -> {
                        Set<String> requested = republishing.request(all, "the test");
                        status.setRollbackOnly();
                        return requested;
                    }))
                    .containsExactly("whole");
            assertThat(service.query("SELECT count(*) FROM outbox.replay"))
                    .as("in the caller's transaction")
                    .isEqualTo("0");
            assertThat(transaction(status -> {
                        assertThat(republishing.request(all, "the test")).containsExactly("whole");
                        return republishing.request(all, "the test");
                    }))
                    .as("waits to be published again already")
                    .isEmpty();
            post("relay", "{\"action\":\"resume\"}");
        }
        service.awaitOnTopic("late/0", "half/1", "none/0");
        await().until(() -> service.query("SELECT bool_and(finished_at IS NOT NULL) FROM outbox.replay")
                .equals("t"));
        await().untilAsserted(() -> assertThat(republishing.request(all, "the test"))
                .containsExactlyInAnyOrder("whole", "half", "none", "late"));
    }

    private Set<String> transaction(TransactionCallback<Set<String>> work) {
        return new TransactionTemplate(application.getBean(PlatformTransactionManager.class)).execute(work);
    }

    @Test
    void whatAServiceHadPublishedAgainIsForgottenAfterTheRetention() throws Exception {
        service.insert("again", 0);
        await().until(() -> get("relay").body().at("/position").asLong() == 1);
        application.getBean(Republishing.class).request(List.of("again"), "the test");
        post("replay", "{\"subject\":\"again\"}");
        await().until(() -> service.query("SELECT bool_and(finished_at IS NOT NULL) FROM outbox.replay")
                .equals("t"));
        JdbcTemplate jdbc = new JdbcTemplate(application.getBean(DataSource.class));

        assertThat(new Retention(jdbc, Duration.ofHours(1), 100).removeChunkOfRequests())
                .isZero();
        jdbc.update("UPDATE outbox.replay SET finished_at = finished_at - interval '2 hours'");
        assertThat(new Retention(jdbc, Duration.ofHours(1), 100).removeChunkOfRequests())
                .isEqualTo(1);
        assertThat(service.query("SELECT string_agg(who, ' ') FROM outbox.replay"))
                .isEqualTo("operator");
    }
}
