package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** Records of every kind against the real inbox: what was applied, how often and in which order is in a table. */
@ExtendWith(OutputCaptureExtension.class)
class InboxIT extends ReceivingTest {

    private void send(String subject, long... sequences) {
        receiving.send(subject, sequences);
    }

    private List<Long> applied(String subject) {
        return receiving.applied(subject);
    }

    private String letters(String condition) {
        return receiving.letters(condition);
    }

    @Test
    void eachEventIsAppliedOnceAndInOrderHoweverOftenItComes() {
        send("often", 0, 0, 1, 1, 0, 2, 1, 2, 0, 3);
        send("often", 3, 0, 4);
        receiving.awaitApplied("often", 0L, 1L, 2L, 3L, 4L);
        assertThat(letters("subject = 'often'")).isNull();
    }

    @Test
    void aListenerWithoutAGroupOfItsOwnIsRefused() {
        String group = "spring.kafka.consumer.group-id";
        String name = "spring.application.name";
        assertThatThrownBy(() -> receiving.start(Map.of(group, "", name, "")))
                .rootCause()
                .hasMessageContainingAll(receiving.service.topic(), group, name);
        receiving.start(Map.of(group, "", name, "named")).close();
    }

    @Test
    void noMoreWaitingRecordsAreReadAtATimeThanFitIntoTheHeap() {
        String large = "x".repeat(900_000);
        for (int sequence = 1; sequence <= 9; sequence++) {
            ProducerRecord<String, byte[]> event = receiving.event("heavy", sequence);
            receiving.send(new ProducerRecord<>(
                    event.topic(), null, "heavy", ("\"" + large + "\"").getBytes(UTF_8), event.headers()));
        }
        await().untilAsserted(() -> assertThat(letters("subject = 'heavy'")).contains("heavy/9"));
        DeadLetters letters = new DeadLetters(receiving.application.getBean(DataSource.class));
        receiving
                .application
                .getBean(JdbcTemplate.class)
                .update("UPDATE outbox.inbox SET sequence = 0 WHERE subject = 'heavy'");
        assertThat(letters.inTurn(List.of("/tests"), List.of("heavy"), 100))
                .extracting(RawRecord::size)
                .satisfies(sizes ->
                        assertThat(sizes.stream().mapToLong(size -> size).sum()).isBetween(1_000_000L, 5_000_000L));
        assertThat(letters.leftBehind(List.of(receiving.service.topic()), 100)).hasSize(1);
        receiving
                .application
                .getBean(JdbcTemplate.class)
                .update("UPDATE outbox.inbox SET sequence = -1 WHERE subject = 'heavy'");
        send("heavy", 0);
        await().untilAsserted(
                        () -> assertThat(applied("heavy")).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L));
    }

    @Test
    void whatComesTooEarlyWaitsAndFollowsInOrder() {
        send("early", 2);
        await().untilAsserted(() -> assertThat(letters("subject = 'early'")).startsWith("WAITING early/2"));
        send("early", 4, 3, 3, 1);
        send("early-marker", 0);
        receiving.awaitApplied("early-marker", 0L);
        assertThat(applied("early")).isEmpty();
        send("early", 6, 7, 8);
        await().untilAsserted(() -> assertThat(letters("subject = 'early'")).contains("early/6", "early/7", "early/8"));
        assertThat(
                        receiving.service.query(
                                "SELECT count(*) || ' ' || bool_and(last_at = first_at) FROM outbox.dead_letter WHERE subject = 'early' AND sequence = 2"))
                .as("what waits is not written again for every event behind it")
                .isEqualTo("1 true");
        send("early", 0, 5);
        receiving.awaitApplied("early", 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(letters("subject = 'early'")).isNull();
    }

    @Test
    void malformedRecordsAreKeptAndTheirNeighboursApplied() {
        List<ProducerRecord<String, byte[]>> poison = List.of(
                new ProducerRecord<>(receiving.service.topic(), 0, "poison-0", "no event".getBytes(UTF_8)),
                new ProducerRecord<>(receiving.service.topic(), 0, null, null),
                withValue("poison-2", "{\"broken\":"),
                withValue("poison-3", ""),
                withValue("poison-4", "{}{}"),
                withHeader("poison-5", "ce_type", "test.unheard-of"),
                withHeader("poison-6", "ce_sequence", "-1"),
                withHeader("poison-7", "ce_sequence", "x"),
                withHeader("poison-8", "ce_subject", "a\u0000b"),
                withHeader("poison-9", "ce_specversion", "0.3"),
                withHeader("poison-10", "ce_time", "yesterday"));
        for (int i = 0; i < poison.size(); i++) {
            send("neighbour", 2 * i);
            receiving.send(poison.get(i));
            send("neighbour", 2 * i + 1);
        }
        List<Long> all =
                IntStream.range(0, 2 * poison.size()).mapToObj(Long::valueOf).toList();
        await().untilAsserted(() -> assertThat(applied("neighbour")).isEqualTo(all));
        await().untilAsserted(() -> assertThat(
                        receiving.service.query(
                                "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND (value IS NULL OR key LIKE 'poison-%'::bytea)"))
                .isEqualTo(Integer.toString(poison.size())));
        assertThat(receiving.service.query(
                        "SELECT convert_from(value, 'UTF8') FROM outbox.dead_letter WHERE cause LIKE '%no JSON%'"))
                .isEqualTo("{\"broken\":");
    }

    private ProducerRecord<String, byte[]> withValue(String subject, String value) {
        ProducerRecord<String, byte[]> good = receiving.event(subject, 0);
        return new ProducerRecord<>(good.topic(), 0, good.key(), value.getBytes(UTF_8), good.headers());
    }

    private ProducerRecord<String, byte[]> withHeader(String subject, String name, String value) {
        ProducerRecord<String, byte[]> record = receiving.event(subject, 0);
        record.headers().remove(name);
        record.headers().add(name, value.getBytes(UTF_8));
        return record;
    }

    @Test
    void aFailingEventHoldsUpItsOwnSubjectOnlyAndIsMendedByRedelivery() {
        Receiver.fail("guilty/1");
        send("innocent", 0);
        send("guilty", 0, 1, 2, 3);
        send("innocent", 1);
        receiving.awaitApplied("innocent", 0L, 1L);
        await().untilAsserted(() -> assertThat(letters("subject = 'guilty'"))
                .contains("FAILED guilty/1 java.lang.IllegalStateException: cannot handle guilty")
                .contains("WAITING guilty/2")
                .contains("WAITING guilty/3"));
        assertThat(applied("guilty")).containsExactly(0L);
        Receiver.FAILING.remove("guilty/1");
        send("guilty", 1);
        receiving.awaitApplied("guilty", 0L, 1L, 2L, 3L);
        assertThat(letters("subject = 'guilty'"))
                .as("what waited is gone")
                .startsWith("APPLIED guilty/1")
                .doesNotContain(";");
    }

    @Test
    void aDatabaseThatGoesAwayIsNoDeadLetter() throws Exception {
        int subjects = 200;
        for (int round = 0; round < 5; round++) {
            for (int subject = 0; subject < subjects; subject++) {
                send("cut-" + subject, round);
            }
            try (Connection superuser = receiving.service.superuser();
                    Statement statement = superuser.createStatement()) {
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                                + "AND datname = current_database()");
            }
        }
        await().atMost(java.time.Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(receiving.service.query(
                                "SELECT count(*) FROM public.effect WHERE subject LIKE 'cut-%'"))
                        .isEqualTo(Integer.toString(5 * subjects)));
        assertThat(receiving.service.query(
                        "SELECT count(DISTINCT (subject, sequence)) FROM public.effect WHERE subject LIKE 'cut-%'"))
                .isEqualTo(Integer.toString(5 * subjects));
        assertThat(letters("subject LIKE 'cut-%'")).isNull();
    }

    private List<String> appliedIds(String like) {
        return receiving
                .application
                .getBean(JdbcTemplate.class)
                .queryForList("SELECT id_ FROM public.effect WHERE id_ LIKE ? ORDER BY id", String.class, like);
    }

    private void markAndAwait(String marker) {
        // one for each partition
        for (int partition = 0; partition < 2; partition++) {
            ProducerRecord<String, byte[]> mark = receiving.event(marker + partition, 0);
            receiving.send(new ProducerRecord<>(mark.topic(), partition, mark.key(), mark.value(), mark.headers()));
            receiving.awaitApplied(marker + partition, 0L);
        }
    }

    @Test
    void eventsOfSomebodyWhoDoesNotCountTakeEffectOnceAndHoldUpNobody() {
        Receiver.fail("foreign-1");
        for (String id : List.of("foreign-0", "foreign-1", "foreign-0", "foreign-2", "foreign-1", "foreign-2")) {
            receiving.send(receiving.foreign(id, "{}"));
        }
        markAndAwait("foreign-marker-");
        assertThat(appliedIds("foreign-_")).containsExactlyInAnyOrder("foreign-0", "foreign-2");
        assertThat(receiving.service.query(
                        "SELECT count(*) FROM outbox.dead_letter WHERE state = 'FAILED' AND cause LIKE '%foreign-1%'"))
                .as("one letter, however often it comes")
                .isEqualTo("1");
        Receiver.FAILING.clear();
        String failed = receiving.service.query(
                "SELECT id FROM outbox.dead_letter WHERE state = 'FAILED' AND cause LIKE '%foreign-1%'");
        assertThat(operator.say(Long.parseLong(failed), Operator.RETRY)
                        .body()
                        .path("state")
                        .asText())
                .isEqualTo("APPLIED");
        assertThat(appliedIds("foreign-_")).containsExactlyInAnyOrder("foreign-0", "foreign-1", "foreign-2");

        Receiver.fail("foreign-3");
        receiving.send(receiving.foreign("foreign-3", "{}"));
        await().untilAsserted(
                        () -> assertThat(letters("cause LIKE '%foreign-3%'")).startsWith("FAILED"));
        String id = receiving.service.query("SELECT id FROM outbox.dead_letter WHERE cause LIKE '%foreign-3%'");
        operator.say(Long.parseLong(id), Operator.DISCARD);
        Receiver.FAILING.clear();
        receiving.send(receiving.foreign("foreign-3", "{}"));
        markAndAwait("foreign-discarded-");
        assertThat(appliedIds("foreign-3")).as("discarded is discarded").isEmpty();
    }

    @Test
    void whatPostgresCannotStoreFailsAndIsNotTriedForEver() {
        ProducerRecord<String, byte[]> good = receiving.event("nul", 0);
        receiving.send(new ProducerRecord<>(
                good.topic(), null, "nul", "{\"text\":\"a\\u0000b\"}".getBytes(UTF_8), good.headers()));
        receiving.send("nul", 1);
        await().untilAsserted(() -> assertThat(letters("subject = 'nul'"))
                .contains("FAILED nul/0", "invalid byte sequence", "WAITING nul/1"));
    }

    @Test
    void whatIsTooLargeIsKeptAndHoldsNobodyUp() {
        ProducerRecord<String, byte[]> good = receiving.event("large", 0);
        byte[] large = ("\"" + "x".repeat(1_100_000) + "\"").getBytes(UTF_8);
        receiving.send(new ProducerRecord<>(good.topic(), 0, "large", large, good.headers()));
        ProducerRecord<String, byte[]> header = receiving.event("large-header", 0);
        header.headers().add("ce_subject", "y".repeat(100_000).getBytes(UTF_8)).add("\u0000", new byte[1_000]);
        receiving.send(header);
        markAndAwait("large-marker-");
        assertThat(letters("subject = 'large'")).contains("FAILED large/0", "max-event-size");
        assertThat(receiving.service.query(
                        "SELECT octet_length(value) FROM outbox.dead_letter WHERE subject = 'large'"))
                .isEqualTo(Integer.toString(large.length));
        assertThat(letters("cause LIKE '%ce_subject is longer than%'")).startsWith("FAILED");
    }

    @Test
    void anErrorOfTheHandlerIsTheEventsAndNotTheListeners(CapturedOutput output) {
        Receiver.FAILING.put("deep/0", event -> new StackOverflowError());
        Receiver.FAILING.put("wrong/0", event -> new NoClassDefFoundError("\u0000 \ud800"));
        Receiver.FAILING.put("checked/0", event -> new java.io.FileNotFoundException("none"));
        receiving.send("deep", 0);
        receiving.send("wrong", 0);
        receiving.send("checked", 0);
        markAndAwait("error-marker-");
        assertThat(letters("subject = 'deep'")).startsWith("FAILED deep/0 java.lang.StackOverflowError");
        assertThat(letters("subject = 'wrong'")).startsWith("FAILED wrong/0 java.lang.NoClassDefFoundError");
        assertThat(letters("subject = 'checked'")).startsWith("FAILED checked/0 java.io.FileNotFoundException: none");
        assertThat(output.getOut().lines().filter(line -> line.contains("kept as a dead letter")))
                .as("one line of each, whatever is in it")
                .hasSize(3)
                .anyMatch(line -> line.endsWith("event 0 of checked from /tests: java.io.FileNotFoundException: none"));
    }

    /** Each transaction marks the rows it writes with its id. Without a rest there were 90, on a quick machine. */
    @Test
    void eventsThatComeOneAfterTheOtherShareTransactions() {
        int events = 400;
        long begin = System.nanoTime();
        for (int sequence = 0; sequence < events; sequence++) {
            receiving.post("steady", sequence);
            while (System.nanoTime() - begin
                    < sequence * 2_000_000L) { // a sender of 500 a second, whatever holds it up
                LockSupport.parkNanos(500_000);
            }
        }
        await().untilAsserted(() -> assertThat(applied("steady")).hasSize(events));
        assertThat(Integer.parseInt(receiving.service.query(
                        "SELECT count(DISTINCT xmin::text) FROM public.effect WHERE subject = 'steady'")))
                .as("transactions")
                .isLessThan(events / 8);
    }
}
