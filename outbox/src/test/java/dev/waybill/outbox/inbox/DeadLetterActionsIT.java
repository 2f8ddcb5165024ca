package dev.waybill.outbox.inbox;

import static dev.waybill.outbox.inbox.Operator.ACCEPT_GAP;
import static dev.waybill.outbox.inbox.Operator.DISCARD;
import static dev.waybill.outbox.inbox.Operator.RETRY;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What an operator can do about dead letters, over HTTP; judged by what is applied in the end. */
class DeadLetterActionsIT extends ReceivingTest {

    @Test
    void aFailedEventHoldsUpItsSubjectUntilARetryAppliesAllInOrder() {
        Receiver.fail("n/1");
        receiving.send("n", 0, 1, 2, 3);
        receiving.send("other", 0, 1);
        receiving.awaitApplied("other", 0L, 1L);
        long failed = operator.awaitLetter("n", 1, "FAILED");
        long waiting = operator.awaitLetter("n", 2, "WAITING");
        operator.awaitLetter("n", 3, "WAITING");
        assertThat(receiving.applied("n")).containsExactly(0L);

        JsonNode again = operator.say(failed, RETRY).body();
        assertThat(again.path("state").asText()).isEqualTo("FAILED");
        assertThat(again.path("attempts").asInt()).isEqualTo(2);
        assertThat(again.path("cause").asText()).contains("cannot handle n/1");
        Management.Answer refused = operator.say(waiting, RETRY);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("waits for event 1");
        assertThat(operator.say(waiting, DISCARD).status()).isEqualTo(409);

        Receiver.FAILING.clear();
        assertThat(operator.say(failed, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
        receiving.awaitApplied("n", 0L, 1L, 2L, 3L);
        assertThat(operator.show(waiting).status())
                .as("what only waited is gone")
                .isEqualTo(404);
        assertThat(operator.letter("n", 1).path("state").asText()).isEqualTo("APPLIED");
        assertThat(operator.say(failed, RETRY).status()).as("said twice").isEqualTo(200);
        assertThat(operator.say(failed, DISCARD).status()).isEqualTo(409);
        receiving.send("n", 1, 4);
        receiving.awaitApplied("n", 0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void afterADiscardTheSuccessorsGoOnAndTheEventIsNotWantedAnyMore() {
        Receiver.fail("d/1");
        receiving.send("d", 0, 1, 2, 3);
        long failed = operator.awaitLetter("d", 1, "FAILED");
        operator.awaitLetter("d", 3, "WAITING");
        assertThat(operator.say(failed, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
        receiving.awaitApplied("d", 0L, 2L, 3L);
        receiving.send("d", 1, 4);
        receiving.awaitApplied("d", 0L, 2L, 3L, 4L);
        assertThat(operator.state(failed)).isEqualTo("DISCARDED");
        assertThat(operator.list("subject=d").body().path("items")).hasSize(1);
    }

    @Test
    void whatIsBrokenButHasItsPlaceHoldsThatPlace() {
        ProducerRecord<String, byte[]> event = receiving.event("b", 1);
        ProducerRecord<String, byte[]> broken =
                new ProducerRecord<>(event.topic(), null, "b", "{".getBytes(UTF_8), event.headers());
        receiving.send("b", 0);
        receiving.send(broken);
        receiving.send("b", 2);
        long failed = operator.awaitLetter("b", 1, "FAILED");
        operator.awaitLetter("b", 2, "WAITING");
        assertThat(operator.say(failed, DISCARD).status()).isEqualTo(200);
        receiving.awaitApplied("b", 0L, 2L);
        receiving.send(broken);
        receiving.send("b", 3);
        receiving.awaitApplied("b", 0L, 2L, 3L);
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
        assertThat(operator.say(id, DISCARD).status()).isEqualTo(409);
        assertThat(operator.say(id, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
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
        long first = operator.awaitLetter("l", 1, "FAILED");
        long later = operator.awaitLetter("l", 3, "FAILED");
        operator.awaitLetter("l", 4, "WAITING");
        Management.Answer refused = operator.say(later, DISCARD);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("event 1");
        assertThat(operator.say(first, DISCARD).status()).isEqualTo(200);
        assertThat(operator.say(later, DISCARD).status()).isEqualTo(200);
        receiving.awaitApplied("l", 0L, 2L, 4L);
    }

    @Test
    void aGapThatNobodyCanFillIsAcceptedBeforeTheFirstLetterOnly() {
        receiving.send("g", 0, 3, 4, 6);
        long third = operator.awaitLetter("g", 3, "WAITING");
        long sixth = operator.awaitLetter("g", 6, "WAITING");
        Management.Answer refused = operator.say(sixth, ACCEPT_GAP);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("event 3");
        assertThat(operator.say(third, "{\"action\":\"accept-gap\"}").status()).isEqualTo(400);
        assertThat(operator.say(third, ACCEPT_GAP).body().path("state").asText())
                .isEqualTo("APPLIED");
        receiving.awaitApplied("g", 0L, 3L, 4L);
        assertThat(operator.say(third, ACCEPT_GAP).status()).as("said twice").isEqualTo(200);
        assertThat(operator.show(third).body().at("/audit/0/reason").asText())
                .isEqualTo("lost with the old system (given up: events 1 to 2)");
        receiving.send("g", 1, 2, 5);
        receiving.awaitApplied("g", 0L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aTypeThatANewerVersionKnowsIsAppliedByARetry() {
        ProducerRecord<String, byte[]> unknown = receiving.event("t", 1);
        unknown.headers().remove("ce_type").add("ce_type", "test.new".getBytes(UTF_8));
        receiving.send("t", 0);
        receiving.send(unknown);
        receiving.send("t", 2);
        long failed = operator.awaitLetter("t", 1, "FAILED");
        Receiver.TYPES.add("test.new");
        assertThat(operator.say(failed, RETRY).body().path("state").asText()).isEqualTo("APPLIED");
        receiving.awaitApplied("t", 0L, 1L, 2L);
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
        assertThat(operator.sayOfAll("{}").status()).isEqualTo(400);
        assertThat(operator.sayOfAll("{\"action\":\"retry\",\"state\":\"WAITING\"}")
                        .status())
                .isEqualTo(400);
        JsonNode one = operator.sayOfAll("{\"action\":\"retry\",\"state\":\"FAILED\",\"subject\":\"all-7\"}")
                .body();
        assertThat(one.path("applied").asInt()).isEqualTo(1);
        JsonNode all = operator.sayOfAll(RETRY).body();
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
            ids.add(operator.awaitLetter("race-" + i, 0, "FAILED"));
            operator.awaitLetter("race-" + i, 2, "WAITING");
        }
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try (ConfigurableApplicationContext another = receiving.start(Map.of())) {
            Receiver.FAILING.clear();
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < subjects; i++) {
                long id = ids.get(i);
                int subject = i;
                calls.add(() -> operator.say(id, RETRY).status());
                calls.add(() ->
                        new Operator(new Management(another)).say(id, RETRY).status());
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
            receiving.awaitApplied("race-" + i, 0L, 1L, 2L);
            assertThat(operator.state(ids.get(i))).isEqualTo("APPLIED");
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
        operator.awaitLetter("skipped", 7, "WAITING"); // the tests' service hears itself
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
        Management.Answer refused = operator.say(id, RETRY);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).contains("replay", "position " + position);
        assertThat(operator.say(id, ACCEPT_GAP).status()).isEqualTo(409);
        assertThat(operator.say(id, DISCARD).body().path("state").asText()).isEqualTo("DISCARDED");
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
        assertThat(receiving
                        .management
                        .post("replay", "{\"from\":%d,\"to\":%d}".formatted(from, to))
                        .status())
                .isEqualTo(202);
        await().untilAsserted(() -> assertThat(receiving
                        .management
                        .get("replay")
                        .body()
                        .at("/items/0/state")
                        .asText())
                .isEqualTo("DONE"));
        return receiving.management.get("replay").body().at("/items/0/events").asInt();
    }
}
