package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.TopicReader;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stops the relay, and what gets it going again. */
class StoppedRelayIT extends ManagedRelayTest {

    @Test
    void anEventThatKafkaRefusesStopsTheRelayUntilItIsSkipped() throws Exception {
        awaitState("ACTIVE");
        service.insert("refused", 0);
        insertBytes("refused", 1, 2_000_000);
        service.insert("refused", 2);
        awaitState("STOPPED");
        JsonNode health = get("health").body();
        assertThat(health.at("/components/relay/status").asText()).isEqualTo("DOWN");
        assertThat(health.at("/components/relay/details/stopped/subject").asText())
                .isEqualTo("refused");
        JsonNode relay = get("relay").body();
        assertThat(relay.at("/lastError").asText()).contains("test.happened", "refused", "RecordTooLargeException");
        long culprit = relay.at("/stopped/position").asLong();

        assertThat(post("relay", "{\"action\":\"skip\"}").status())
                .as("a reason is needed")
                .isEqualTo(400);
        assertThat(post("relay", "{\"action\":\"dance\"}").status()).isEqualTo(400);
        assertThat(post("relay", "{\"action\":\"skip\",\"reason\":\"agreed with sales\"}")
                        .status())
                .isEqualTo(200);
        service.awaitOnTopic("refused/0", "refused/2");
        awaitState("ACTIVE");
        assertThat(service.query(
                        "SELECT cause FROM outbox.dead_letter WHERE partition = -1 AND \"offset\" = " + culprit))
                .isEqualTo("not published; skipped by operator: agreed with sales");
        await().untilAsserted(() -> assertThat(service.history().of("refused", -1, 3))
                .extracting(event -> event.publishedAt() != null)
                .containsExactly(true, false, true));
        assertThat(get("health").body().at("/components/relay/status").asText()).isEqualTo("UP");
        assertThat(post("relay", "{\"action\":\"retry\"}").status())
                .as("nothing to retry")
                .isEqualTo(409);

        post("replay", "{\"from\":%1$d,\"to\":%1$d}".formatted(culprit));
        post("replay", "{\"subject\":\"refused\"}");
        await().untilAsserted(() -> assertThat(get("replay").body().findValuesAsText("state"))
                .as("the newest first; what Kafka never takes keeps no other waiting")
                .containsExactly("DONE", "FAILED"));
        assertThat(get("replay").body().at("/items/1/error").asText())
                .contains("position " + culprit, "RecordTooLargeException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"trace\":null}", "{\"trace\":{}}", "[]", "null"})
    void anEventWhoseHeadersAreNoneStopsTheRelayUntilItIsSkipped(String headers) throws Exception {
        awaitState("ACTIVE");
        try (Connection connection = service.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO outbox.event (source, subject, sequence, type, payload, headers) VALUES ('/tests', 'headless', 0, 'test.happened', '1', ?::json)")) {
            statement.setString(1, headers);
            statement.executeUpdate();
        }
        service.insert("headless", 1);
        awaitState("STOPPED");
        assertThat(get("relay").body().at("/lastError").asText()).contains("headless", "outbox.event.headers");
        post("relay", "{\"action\":\"skip\",\"reason\":\"written by hand\"}");
        service.awaitOnTopic("headless/1");
        awaitState("ACTIVE");
        assertThat(service.query(
                        "SELECT convert_from(value, 'UTF8') FROM outbox.dead_letter WHERE subject = 'headless'"))
                .isEqualTo("1");
    }

    @Test
    void aRetryGoesOnOnceTheCauseIsMended() throws Exception {
        service.insert("mended", 0);
        service.awaitOnTopic("mended/0");
        maxMessageBytes(10_000);
        insertBytes("mended", 1, 50_000);
        service.insert("mended", 2);
        awaitState("STOPPED");
        String first = get("relay").body().at("/stopped/at").asText();
        assertThat(post("relay", "{\"action\":\"retry\",\"reason\":\"too early\"}")
                        .status())
                .isEqualTo(200);
        await().untilAsserted(() ->
                assertThat(get("relay").body().at("/stopped/at").asText()).isNotIn(first, ""));
        maxMessageBytes(1_000_000);
        assertThat(post("relay", "{\"action\":\"retry\",\"reason\":\"limit raised\"}")
                        .status())
                .isEqualTo(200);
        service.awaitOnTopic("mended/0", "mended/1", "mended/2");
        awaitState("ACTIVE");
        try (TopicReader reader = service.reader()) {
            reader.atLeast(3);
            Judge.assertAllOnceAtLeastAndInOrder(Set.of("mended/0", "mended/1", "mended/2"), reader.records());
        }
    }

    @Test
    void aClockThatIsWrongHoldsTheRelayUpUntilItIsRightAndNobodyIsNeeded() throws Exception {
        service.insert("timed", 0);
        service.awaitOnTopic("timed/0");
        assertThat(topicConfig("message.timestamp.type"))
                .as("whose clock counts")
                .isEqualTo("LogAppendTime");
        // To the broker a clock that is behind, as of a topic on which the senders' clocks count.
        setTopic("message.timestamp.type", "CreateTime");
        setTopic("message.timestamp.before.max.ms", "0");
        List<String> written = new ArrayList<>(List.of("timed/0"));
        await().until(
                        () -> { // one that the broker gets within the millisecond is not yet too old
                            service.insert("timed", written.size());
                            written.add("timed/" + written.size());
                            return get("relay").body().path("state").asText().equals("STOPPED");
                        });
        setTopic("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
        service.awaitOnTopic(written.toArray(String[]::new));
        awaitState("ACTIVE");
        try (TopicReader reader = service.reader()) {
            reader.atLeast(written.size());
            Judge.assertAllOnceAtLeastAndInOrder(Set.copyOf(written), reader.records());
        }
    }

    @Test
    void whatTheTopicTakesIsPublishedHoweverLarge() throws Exception {
        awaitState("ACTIVE");
        maxMessageBytes(4_000_000);
        restart(Map.of("waybill.outbox.max-event-size", "3MB"));
        try (Connection connection = service.connect();
                PreparedStatement statement = connection.prepareStatement("""
                        INSERT INTO outbox.event (source, subject, sequence, type, payload)
                        SELECT '/tests', 'large', n, 'test.happened', to_json(repeat('x', 2500000)) FROM generate_series(0, 29) n
                        """)) {
            statement.executeUpdate(); // together more than the relay reads at a time
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(get("relay").body().at("/position").asLong()).isEqualTo(30));
    }

    @Test
    void largeEventsAfterSmallOnesArePublishedToo() throws Exception {
        awaitState("ACTIVE");
        try (Connection connection = service.connect();
                PreparedStatement statement = connection.prepareStatement("""
                        INSERT INTO outbox.event (source, subject, sequence, type, payload)
                        SELECT '/tests', 'grown', n, 'test.happened', to_json(repeat('x', CASE WHEN n < 64 THEN 100 ELSE 890000 END))
                        FROM generate_series(0, 149) n
                        """)) {
            // What comes after the first fetch is more than the relay reads at a time.
            statement.executeUpdate();
        }
        await().untilAsserted(() ->
                assertThat(get("relay").body().at("/position").asLong()).isEqualTo(150));
    }

    private void insertBytes(String subject, long sequence, int bytes) throws Exception {
        try (Connection connection = service.connect();
                PreparedStatement statement = connection.prepareStatement(
                        "INSERT INTO outbox.event (source, subject, sequence, type, payload) VALUES ('/tests', ?, ?, 'test.happened', ?::json)")) {
            statement.setString(1, subject);
            statement.setLong(2, sequence);
            // digits that lz4 cannot make small
            statement.setString(3, "\"" + new java.math.BigInteger(bytes * 3, new java.util.Random(7)) + "\"");
            statement.executeUpdate();
        }
    }

    private void maxMessageBytes(int bytes) throws Exception {
        setTopic("max.message.bytes", Integer.toString(bytes));
    }

    private String topicConfig(String name) throws Exception {
        try (Admin admin = admin()) {
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, service.topic());
            return admin.describeConfigs(List.of(topic))
                    .all()
                    .get()
                    .get(topic)
                    .get(name)
                    .value();
        }
    }

    private void setTopic(String name, String value) throws Exception {
        try (Admin admin = admin()) {
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, service.topic());
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, RealServers.get().kafkaBootstrap()));
    }
}
