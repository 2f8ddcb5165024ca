package dev.waybill.outbox.inbox;

import static dev.waybill.outbox.inbox.Operator.ACCEPT_GAP;
import static dev.waybill.outbox.inbox.Operator.DISCARD;
import static dev.waybill.outbox.inbox.Operator.RETRY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.support.Management;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What an operator sees of dead letters, over HTTP, and for how long. */
class DeadLettersIT extends ReceivingTest {

    @Test
    void poisonBetweenGoodOnesIsListedWithItsBytesAndCauseAndHoldsNobodyUp() {
        byte[] bytes = {(byte) 0xff, 0, 'x'};
        ProducerRecord<String, byte[]> poison =
                new ProducerRecord<>(receiving.service.topic(), 0, "po\u0000ison", bytes);
        poison.headers().add("some", "text".getBytes(UTF_8)).add("some", bytes).add("none", null);
        receiving.send("good", 0);
        receiving.send(poison);
        receiving.send("good", 1);
        receiving.awaitApplied("good", 0L, 1L);
        await().untilAsserted(() -> assertThat(poisonId("FAILED", bytes)).isPositive());
        long id = poisonId("FAILED", bytes);

        JsonNode letter = operator.show(id).body();
        assertThat(letter.path("cause").asText()).isEqualTo("the header ce_specversion is missing");
        assertThat(letter.path("topic").asText()).isEqualTo(receiving.service.topic());
        assertThat(letter.path("attempts").asInt()).isEqualTo(1);
        assertThat(letter.at("/key/text").asText()).isEqualTo("po\u0000ison");
        assertThat(letter.at("/value/text").isNull()).isTrue();
        assertThat(Base64.getDecoder().decode(letter.at("/value/base64").asText()))
                .isEqualTo(bytes);
        assertThat(letter.at("/headers/0/name").asText()).isEqualTo("some");
        assertThat(letter.at("/headers/0/text").asText()).isEqualTo("text");
        assertThat(Base64.getDecoder().decode(letter.at("/headers/1/base64").asText()))
                .isEqualTo(bytes);
        assertThat(letter.at("/headers/2/name").asText()).isEqualTo("none");
        assertThat(letter.at("/headers/2").has("text")).isFalse();

        assertThat(operator.say(id, RETRY).body().path("attempts").asInt())
                .as("judged anew")
                .isEqualTo(2);
        assertThat(operator.state(id)).isEqualTo("FAILED");
        assertThat(operator.say(id, "{\"action\":\"discard\"}").status())
                .as("a reason is needed")
                .isEqualTo(400);
        assertThat(operator.say(id, "{\"action\":\"dance\"}").status()).isEqualTo(400);
        assertThat(operator.say(id, "{}").status()).isEqualTo(400);
        assertThat(operator.say(id, ACCEPT_GAP).status()).isEqualTo(409);
        assertThat(operator.say(id, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
        assertThat(operator.say(id, DISCARD).status()).as("said twice").isEqualTo(200);
        assertThat(operator.say(id, RETRY).status()).isEqualTo(409);
        assertThat(poisonId("DISCARDED", bytes)).isEqualTo(id);
        JsonNode audit = operator.show(id).body().path("audit");
        assertThat(audit).hasSize(2);
        assertThat(audit.at("/1/action").asText()).isEqualTo("discard");
        assertThat(audit.at("/1/who").asText()).isEqualTo("operator");
        assertThat(audit.at("/1/reason").asText()).isEqualTo("agreed with sales");
        assertThat(Instant.parse(audit.at("/1/at").asText())).isBefore(Instant.now());
    }

    private long poisonId(String state, byte[] bytes) {
        for (JsonNode item : operator.list("state=" + state).body().path("items")) {
            String value = operator.show(item.path("id").asLong())
                    .body()
                    .at("/value/base64")
                    .asText();
            if (value.equals(Base64.getEncoder().encodeToString(bytes))) {
                return item.path("id").asLong();
            }
        }
        return -1;
    }

    @Test
    void pagesShowEveryLetterOnceTheNewestFirst() {
        for (int i = 0; i < 25; i++) {
            receiving.send("paged", i + 1);
        }
        operator.awaitLetter("paged", 25, "WAITING");
        List<Long> seen = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = operator.list("subject=paged&state=WAITING&limit=10" + after)
                    .body();
            page.path("items").forEach(item -> seen.add(item.path("sequence").asLong()));
            after = page.path("next").isNull()
                    ? null
                    : "&after=" + page.path("next").asLong();
        } while (after != null);
        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSortedAccordingTo(java.util.Comparator.reverseOrder());
        for (String bad : List.of(
                "limit=0", "limit=201", "limit=x", "after=x", "after=-1", "state=LOST", "state=", "subject=a%00b")) {
            Management.Answer answer = operator.list(bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.body().path("detail").asText()).contains(bad.substring(0, bad.indexOf('=')));
        }
        assertThat(operator.show(0).status()).isEqualTo(404);
        assertThat(receiving.management.get("deadletters/x").status()).isEqualTo(404);
        assertThat(operator.say(0, RETRY).status()).isEqualTo(404);
    }

    @Test
    void healthAndMetersCountThem() {
        Receiver.fail("m/1");
        receiving.send("m", 0, 0, 1, 2);
        operator.awaitLetter("m", 2, "WAITING");
        operator.awaitLetter("m", 1, "FAILED");
        JsonNode health = receiving.management.get("health").body().at("/components/deadLetters");
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(health.at("/details/failed").asLong()).isPositive();
        assertThat(health.at("/details/waiting").asLong()).isPositive();
        assertThat(Instant.parse(health.at("/details/oldest").asText())).isBefore(Instant.now());
        for (String meter : List.of(
                "deadletters?tag=state:FAILED",
                "deadletters?tag=state:WAITING",
                "inbox.applied",
                "inbox.duplicates",
                "inbox.early",
                "inbox.failed")) {
            await().untilAsserted(() -> assertThat(receiving
                            .management
                            .get("metrics/waybill." + meter)
                            .body()
                            .at("/measurements/0/value")
                            .asDouble())
                    .as(meter)
                    .isPositive());
        }
        assertThat(receiving
                        .management
                        .get("metrics/waybill.inbox.full?tag=topic:" + receiving.service.topic())
                        .body()
                        .at("/measurements/0/value")
                        .asDouble(-1))
                .isZero();
    }

    @Test
    void whatIsSettledLongAgoIsRemovedAndNothingElse() throws Exception {
        Receiver.fail("old/0");
        Receiver.fail("young/0");
        Receiver.fail("open/0");
        receiving.send("old", 0);
        receiving.send("young", 0);
        receiving.send("open", 0);
        receiving.send(receiving.foreign("old-id", "{}"));
        long old = operator.awaitLetter("old", 0, "FAILED");
        long young = operator.awaitLetter("young", 0, "FAILED");
        long open = operator.awaitLetter("open", 0, "FAILED");
        operator.say(old, DISCARD);
        operator.say(young, DISCARD);
        await().untilAsserted(() -> assertThat(
                        receiving.service.query("SELECT count(*) FROM outbox.inbox_id WHERE id = 'old-id'"))
                .isEqualTo("1"));
        execute("UPDATE outbox.dead_letter SET settled_at = now() - interval '8 days' WHERE id = " + old);
        execute("UPDATE outbox.dead_letter SET first_at = now() - interval '8 days' WHERE id = " + open);
        execute("UPDATE outbox.inbox_id SET received_at = now() - interval '31 days' WHERE id = 'old-id'");
        execute("INSERT INTO outbox.inbox_id VALUES ('/tests', 'young-id')");
        execute(
                "INSERT INTO outbox.event (source, subject, sequence, type, payload) VALUES ('/x', 'kept', 0, 'x', '{}')");
        execute("""
                INSERT INTO outbox.dead_letter (state, cause, topic, partition, "offset", timestamp, headers, settled_at)
                SELECT 'DISCARDED', 'skipped', 't', -1, position + x, now(), '[]', now() - interval '8 days'
                FROM outbox.event, generate_series(0, 1000000, 1000000) AS x WHERE subject = 'kept'
                """);
        receiving.application.getBean(Housekeeping.class).tidy();
        assertThat(operator.show(old).status()).isEqualTo(404);
        assertThat(operator.state(young)).isEqualTo("DISCARDED");
        assertThat(operator.state(open)).isEqualTo("FAILED");
        assertThat(receiving.service.query(
                        "SELECT string_agg(id, ' ') FROM outbox.inbox_id WHERE id IN ('old-id', 'young-id')"))
                .isEqualTo("young-id");
        assertThat(receiving.service.query("SELECT count(*) FROM outbox.dead_letter WHERE cause = 'skipped'"))
                .as("a replay must leave out what was skipped, as long as it is there")
                .isEqualTo("1");
    }

    @Test
    void whatACrashLeftBehindIsApplied() throws Exception {
        receiving.send("behind", 1, 2, 3);
        operator.awaitLetter("behind", 3, "WAITING");
        execute("UPDATE outbox.inbox SET sequence = 0 WHERE subject = 'behind'"); // 0 was applied, then came the crash
        receiving.application.getBean(Housekeeping.class).tidy();
        assertThat(receiving.applied("behind")).containsExactly(1L, 2L, 3L);
    }

    private void execute(String sql) throws Exception {
        try (Connection superuser = receiving.service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        }
    }
}
