package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Management;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TopicReader;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;

/** What an operator sees of dead letters and can do about them, over HTTP; judged by what is applied in the end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadLettersIT {

    private static final String RETRY = "{\"action\":\"retry\"}";
    private static final String DISCARD = "{\"action\":\"discard\",\"reason\":\"agreed with sales\"}";
    private static final String ACCEPT_GAP = "{\"action\":\"accept-gap\",\"reason\":\"lost with the old system\"}";

    private final Receiving receiving = new Receiving(Map.of());

    @AfterEach
    void mend() {
        Receiver.FAILING.clear();
    }

    @AfterAll
    void stop() {
        receiving.close();
    }

    private Management.Answer get(String path) {
        return receiving.management.get(path);
    }

    private Management.Answer post(String path, String body) {
        return receiving.management.post(path, body);
    }

    private Management.Answer say(long id, String body) {
        return post("deadletters/" + id, body);
    }

    private JsonNode letter(String subject, long sequence) {
        for (JsonNode item : get("deadletters?subject=" + subject).body().path("items")) {
            if (item.path("sequence").asLong() == sequence) {
                return item;
            }
        }
        return null;
    }

    private long awaitLetter(String subject, long sequence, String state) {
        await().untilAsserted(() -> {
            JsonNode letter = letter(subject, sequence);
            assertThat(letter == null ? null : letter.path("state").asText()).isEqualTo(state);
        });
        return letter(subject, sequence).path("id").asLong();
    }

    private void awaitApplied(String subject, Long... sequences) {
        await().untilAsserted(() -> assertThat(receiving.applied(subject)).containsExactly(sequences));
    }

    private String state(long id) {
        return get("deadletters/" + id).body().path("state").asText();
    }

    @Test
    void poisonBetweenGoodOnesIsListedWithItsBytesAndCauseAndHoldsNobodyUp() {
        byte[] bytes = {(byte) 0xff, 0, 'x'};
        ProducerRecord<String, byte[]> poison =
                new ProducerRecord<>(receiving.service.topic(), 0, "po\u0000ison", bytes);
        poison.headers().add("some", "text".getBytes(UTF_8)).add("some", bytes).add("none", null);
        receiving.send("good", 0);
        receiving.send(poison);
        receiving.send("good", 1);
        awaitApplied("good", 0L, 1L);
        await().untilAsserted(() -> assertThat(poisonId("FAILED", bytes)).isPositive());
        long id = poisonId("FAILED", bytes);

        JsonNode letter = get("deadletters/" + id).body();
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

        assertThat(say(id, RETRY).body().path("attempts").asInt())
                .as("judged anew")
                .isEqualTo(2);
        assertThat(state(id)).isEqualTo("FAILED");
        assertThat(say(id, "{\"action\":\"discard\"}").status())
                .as("a reason is needed")
                .isEqualTo(400);
        assertThat(say(id, "{\"action\":\"dance\"}").status()).isEqualTo(400);
        assertThat(say(id, "{}").status()).isEqualTo(400);
        assertThat(say(id, ACCEPT_GAP).status()).isEqualTo(409);
        assertThat(say(id, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
        assertThat(say(id, DISCARD).status()).as("said twice").isEqualTo(200);
        assertThat(say(id, RETRY).status()).isEqualTo(409);
        assertThat(poisonId("DISCARDED", bytes)).isEqualTo(id);
        JsonNode audit = get("deadletters/" + id).body().path("audit");
        assertThat(audit).hasSize(2);
        assertThat(audit.at("/1/action").asText()).isEqualTo("discard");
        assertThat(audit.at("/1/who").asText()).isEqualTo("operator");
        assertThat(audit.at("/1/reason").asText()).isEqualTo("agreed with sales");
        assertThat(Instant.parse(audit.at("/1/at").asText())).isBefore(Instant.now());
    }

    private long poisonId(String state, byte[] bytes) {
        for (JsonNode item : get("deadletters?state=" + state).body().path("items")) {
            String value = get("deadletters/" + item.path("id").asLong())
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
    void aFailedEventHoldsUpItsSubjectUntilARetryAppliesAllInOrder() {
        Receiver.fail("n/1");
        receiving.send("n", 0, 1, 2, 3);
        receiving.send("other", 0, 1);
        awaitApplied("other", 0L, 1L);
        long failed = awaitLetter("n", 1, "FAILED");
        long waiting = awaitLetter("n", 2, "WAITING");
        awaitLetter("n", 3, "WAITING");
        assertThat(receiving.applied("n")).containsExactly(0L);

        JsonNode again = say(failed, RETRY).body();
        assertThat(again.path("state").asText()).isEqualTo("FAILED");
        assertThat(again.path("attempts").asInt()).isEqualTo(2);
        assertThat(again.path("cause").asText()).contains("cannot handle n/1");
        Management.Answer refused = say(waiting, RETRY);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("waits for event 1");
        assertThat(say(waiting, DISCARD).status()).isEqualTo(409);

        Receiver.FAILING.clear();
        assertThat(say(failed, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
        awaitApplied("n", 0L, 1L, 2L, 3L);
        assertThat(get("deadletters/" + waiting).status())
                .as("what only waited is gone")
                .isEqualTo(404);
        assertThat(letter("n", 1).path("state").asText()).isEqualTo("APPLIED");
        assertThat(say(failed, RETRY).status()).as("said twice").isEqualTo(200);
        assertThat(say(failed, DISCARD).status()).isEqualTo(409);
        receiving.send("n", 1, 4);
        awaitApplied("n", 0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void afterADiscardTheSuccessorsGoOnAndTheEventIsNotWantedAnyMore() {
        Receiver.fail("d/1");
        receiving.send("d", 0, 1, 2, 3);
        long failed = awaitLetter("d", 1, "FAILED");
        awaitLetter("d", 3, "WAITING");
        assertThat(say(failed, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
        awaitApplied("d", 0L, 2L, 3L);
        receiving.send("d", 1, 4);
        awaitApplied("d", 0L, 2L, 3L, 4L);
        assertThat(state(failed)).isEqualTo("DISCARDED");
        assertThat(get("deadletters?subject=d").body().path("items")).hasSize(1);
    }

    @Test
    void whatIsBrokenButHasItsPlaceHoldsThatPlace() {
        ProducerRecord<String, byte[]> event = receiving.event("b", 1);
        ProducerRecord<String, byte[]> broken =
                new ProducerRecord<>(event.topic(), null, "b", "{".getBytes(UTF_8), event.headers());
        receiving.send("b", 0);
        receiving.send(broken);
        receiving.send("b", 2);
        long failed = awaitLetter("b", 1, "FAILED");
        awaitLetter("b", 2, "WAITING");
        assertThat(say(failed, DISCARD).status()).isEqualTo(200);
        awaitApplied("b", 0L, 2L);
        receiving.send(broken);
        receiving.send("b", 3);
        awaitApplied("b", 0L, 2L, 3L);
        assertThat(receiving.letters("subject = 'b'"))
                .startsWith("DISCARDED b/1")
                .doesNotContain("APPLIED", "FAILED");
    }

    @Test
    void whatWasAppliedMeanwhileIsNotDiscarded() {
        receiving.send(receiving.foreign("meanwhile", "{}"));
        String count = "SELECT count(*) FROM public.effect WHERE id_ = 'meanwhile'";
        await().untilAsserted(() -> assertThat(receiving.service.query(count)).isEqualTo("1"));
        // As somebody leaves it who failed at what another one applied at the same time.
        DeadLetters letters = receiving.application.getBean(DeadLetters.class);
        RawRecord record = new RawRecord(
                receiving.service.topic(),
                0,
                1_000_000,
                Instant.EPOCH,
                null,
                "{}".getBytes(UTF_8),
                List.of("specversion=1.0", "id=meanwhile", "source=/tests", "type=test.happened").stream()
                        .map(header -> header.split("="))
                        .map(header -> new RawRecord.Header("ce_" + header[0], header[1].getBytes(UTF_8)))
                        .toList());
        letters.failed(record, new DeadLetters.Event("/tests", null, null, "meanwhile"), "unlucky");
        long id = Long.parseLong(
                receiving.service.query("SELECT id FROM outbox.dead_letter WHERE event_id = 'meanwhile'"));
        assertThat(say(id, DISCARD).status()).isEqualTo(409);
        assertThat(say(id, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
        assertThat(receiving.service.query(count)).isEqualTo("1");
    }

    @Test
    void onlyTheNextOfAStreamCanBeDiscarded() {
        Receiver.fail("l/1");
        ProducerRecord<String, byte[]> unknown = receiving.event("l", 3);
        unknown.headers().remove("ce_type");
        receiving.send("l", 0, 1, 2);
        receiving.send(unknown);
        receiving.send("l", 4);
        long first = awaitLetter("l", 1, "FAILED");
        long later = awaitLetter("l", 3, "FAILED");
        awaitLetter("l", 4, "WAITING");
        Management.Answer refused = say(later, DISCARD);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("event 1");
        assertThat(say(first, DISCARD).status()).isEqualTo(200);
        assertThat(say(later, DISCARD).status()).isEqualTo(200);
        awaitApplied("l", 0L, 2L, 4L);
    }

    @Test
    void aGapThatNobodyCanFillIsAcceptedBeforeTheFirstLetterOnly() {
        receiving.send("g", 0, 3, 4, 6);
        long third = awaitLetter("g", 3, "WAITING");
        long sixth = awaitLetter("g", 6, "WAITING");
        Management.Answer refused = say(sixth, ACCEPT_GAP);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("event 3");
        assertThat(say(third, "{\"action\":\"accept-gap\"}").status()).isEqualTo(400);
        assertThat(say(third, ACCEPT_GAP).body().path("state").asText()).isEqualTo("APPLIED");
        awaitApplied("g", 0L, 3L, 4L);
        assertThat(say(third, ACCEPT_GAP).status()).as("said twice").isEqualTo(200);
        assertThat(get("deadletters/" + third).body().at("/audit/0/reason").asText())
                .isEqualTo("lost with the old system (given up: events 1 to 2)");
        receiving.send("g", 1, 2, 5);
        awaitApplied("g", 0L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aTypeThatANewerVersionKnowsIsAppliedByARetry() {
        ProducerRecord<String, byte[]> unknown = receiving.event("t", 1);
        unknown.headers().remove("ce_type").add("ce_type", "test.new".getBytes(UTF_8));
        receiving.send("t", 0);
        receiving.send(unknown);
        receiving.send("t", 2);
        long failed = awaitLetter("t", 1, "FAILED");
        Receiver.TYPES.add("test.new");
        assertThat(say(failed, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
        awaitApplied("t", 0L, 1L, 2L);
    }

    @Test
    void allThatFailedAreRetriedAtOnce() {
        for (int i = 0; i < 250; i++) {
            Receiver.fail("all-" + i + "/0");
            receiving.send("all-" + i, 0, 1);
        }
        await().untilAsserted(() -> assertThat(
                        receiving.service.query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE subject LIKE 'all-%' AND sequence = 1 AND state = 'WAITING'"))
                .isEqualTo("250"));
        for (int i = 0; i < 249; i++) {
            Receiver.FAILING.remove("all-" + i + "/0");
        }
        assertThat(post("deadletters", "{}").status()).isEqualTo(400);
        assertThat(post("deadletters", "{\"action\":\"retry\",\"state\":\"WAITING\"}")
                        .status())
                .isEqualTo(400);
        JsonNode one = post("deadletters", "{\"action\":\"retry\",\"state\":\"FAILED\",\"subject\":\"all-7\"}")
                .body();
        assertThat(one.path("applied").asInt()).isEqualTo(1);
        JsonNode all = post("deadletters", RETRY).body();
        assertThat(all.path("applied").asInt()).isGreaterThanOrEqualTo(248);
        assertThat(all.path("failed").asInt()).isGreaterThanOrEqualTo(1);
        assertThat(all.path("next").isNull()).isTrue();
        assertThat(receiving.service.query("SELECT count(*) FROM public.effect WHERE subject LIKE 'all-%'"))
                .isEqualTo("498");
    }

    @Test
    void actionsOfSeveralInstancesAtOnceAndTheListenerBesideThemTakeEffectOnce() throws Exception {
        int subjects = 25;
        for (int i = 0; i < subjects; i++) {
            Receiver.fail("race-" + i + "/0");
            receiving.send("race-" + i, 0, 1, 2);
        }
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < subjects; i++) {
            ids.add(awaitLetter("race-" + i, 0, "FAILED"));
            awaitLetter("race-" + i, 2, "WAITING");
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (ConfigurableApplicationContext another = receiving.start(Map.of())) {
            Receiver.FAILING.clear();
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < subjects; i++) {
                long id = ids.get(i);
                int subject = i;
                calls.add(() -> say(id, RETRY).status());
                calls.add(() ->
                        new Management(another).post("deadletters/" + id, RETRY).status());
                calls.add(() -> {
                    receiving.send("race-" + subject, 0, 1, 2);
                    return 200;
                });
            }
            for (Future<Integer> status : threads.invokeAll(calls)) {
                assertThat(status.get()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        for (int i = 0; i < subjects; i++) {
            awaitApplied("race-" + i, 0L, 1L, 2L);
            assertThat(state(ids.get(i))).isEqualTo("APPLIED");
        }
    }

    @Test
    void whatTheRelaySkippedIsNotForTheInbox() throws Exception {
        try (Connection connection = receiving.service.connect()) {
            Service.insert(connection, "published", 0);
            Service.insert(connection, "skipped", 7);
        }
        try (TopicReader reader = receiving.service.reader()) {
            reader.until(read -> Judge.names(read).contains("skipped/7"), Duration.ofSeconds(30));
        }
        awaitLetter("skipped", 7, "WAITING"); // the tests' service hears itself
        long position =
                Long.parseLong(receiving.service.query("SELECT position FROM outbox.event WHERE subject = 'skipped'"));
        receiving
                .application
                .getBean(DeadLetters.class)
                .failed(
                        new RawRecord(
                                receiving.service.topic(), -1, position, Instant.now(), null, new byte[0], List.of()),
                        "/tests",
                        "skipped",
                        7L,
                        "not published; skipped by operator: x");
        long id = Long.parseLong(receiving.service.query(
                "SELECT id FROM outbox.dead_letter WHERE subject = 'skipped' AND partition = -1"));
        Management.Answer refused = say(id, RETRY);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("replay", "position " + position);
        assertThat(say(id, ACCEPT_GAP).status()).isEqualTo(409);
        assertThat(say(id, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
        assertThat(receiving.letters("subject = 'skipped' AND partition >= 0"))
                .as("the one that came in is another matter")
                .startsWith("WAITING");
        assertThat(replayed(position - 1, position))
                .as("a replay leaves it out")
                .isEqualTo(1);
        assertThat(replayed(position, position))
                .as("unless just that is asked for")
                .isEqualTo(1);
        try (TopicReader reader = receiving.service.reader()) {
            reader.until(
                    read -> read.stream()
                                    .map(Judge::name)
                                    .filter("skipped/7"::equals)
                                    .count()
                            == 2,
                    Duration.ofSeconds(30));
        }
    }

    /** How many events a replay of these positions has published. */
    private int replayed(long from, long to) {
        assertThat(post("replay", "{\"from\":%d,\"to\":%d}".formatted(from, to)).status())
                .isEqualTo(202);
        await().untilAsserted(() ->
                assertThat(get("replay").body().at("/items/0/state").asText()).isEqualTo("DONE"));
        return get("replay").body().at("/items/0/events").asInt();
    }

    @Test
    void pagesShowEveryLetterOnceTheNewestFirst() {
        for (int i = 0; i < 25; i++) {
            receiving.send("paged", i + 1);
        }
        awaitLetter("paged", 25, "WAITING");
        List<Long> seen = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = get("deadletters?subject=paged&state=WAITING&limit=10" + after)
                    .body();
            page.path("items").forEach(item -> seen.add(item.path("sequence").asLong()));
            after = page.path("next").isNull()
                    ? null
                    : "&after=" + page.path("next").asLong();
        } while (after != null);
        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSortedAccordingTo(java.util.Comparator.reverseOrder());
        for (String bad : List.of(
                "limit=0", "limit=201", "limit=x", "after=x", "after=-1", "state=LOST", "state=", "subject=a%00b")) {
            Management.Answer answer = get("deadletters?" + bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.body().path("detail").asText()).contains(bad.substring(0, bad.indexOf('=')));
        }
        assertThat(get("deadletters/0").status()).isEqualTo(404);
        assertThat(get("deadletters/x").status()).isEqualTo(404);
        assertThat(say(0, RETRY).status()).isEqualTo(404);
    }

    @Test
    void healthAndMetersCountThem() {
        Receiver.fail("m/1");
        receiving.send("m", 0, 0, 1, 2);
        awaitLetter("m", 2, "WAITING");
        awaitLetter("m", 1, "FAILED");
        JsonNode health = get("health").body().at("/components/deadLetters");
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
            await().untilAsserted(() -> assertThat(get("metrics/waybill." + meter)
                            .body()
                            .at("/measurements/0/value")
                            .asDouble())
                    .as(meter)
                    .isPositive());
        }
        assertThat(get("metrics/waybill.inbox.full?tag=topic:" + receiving.service.topic())
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
        long old = awaitLetter("old", 0, "FAILED");
        long young = awaitLetter("young", 0, "FAILED");
        long open = awaitLetter("open", 0, "FAILED");
        say(old, DISCARD);
        say(young, DISCARD);
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
        assertThat(get("deadletters/" + old).status()).isEqualTo(404);
        assertThat(state(young)).isEqualTo("DISCARDED");
        assertThat(state(open)).isEqualTo("FAILED");
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
        awaitLetter("behind", 3, "WAITING");
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
