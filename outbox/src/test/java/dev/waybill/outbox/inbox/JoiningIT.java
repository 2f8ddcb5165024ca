package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A receiver that joins streams whose beginning is gone, and was told to accept what comes first. */
class JoiningIT extends ReceivingTest {

    JoiningIT() {
        super(Map.of("waybill.outbox.inbox.accept-first-sequence", "true"));
    }

    private void say(long letter, String action) {
        String word = "{\"action\":\"%s\",\"reason\":\"joined late\"}".formatted(action);
        assertThat(operator.say(letter, word).status()).isEqualTo(200);
    }

    private void sendBroken(String subject, long sequence) {
        ProducerRecord<String, byte[]> event = receiving.event(subject, sequence);
        receiving.send(new ProducerRecord<>(event.topic(), null, subject, "{".getBytes(UTF_8), event.headers()));
    }

    @Test
    void aSubjectBeginsWithWhatComesFirstAndIsStrictFromThenOn() {
        receiving.send("late", 5, 6, 3, 5, 8);
        receiving.awaitApplied("late", 5L, 6L);
        operator.awaitLetter("late", 8, "WAITING");
        receiving.send("late", 4, 7);
        receiving.awaitApplied("late", 5L, 6L, 7L, 8L);
        receiving.send("whole", 0, 2, 1);
        receiving.awaitApplied("whole", 0L, 1L, 2L);
    }

    @Test
    void whatFailsFirstIsTheBeginningToo() {
        Receiver.fail("ill/5");
        receiving.send("ill", 5, 6);
        operator.awaitLetter("ill", 6, "WAITING");
        long letter = operator.awaitLetter("ill", 5, "FAILED");
        Receiver.FAILING.clear();
        say(letter, "retry");
        receiving.awaitApplied("ill", 5L, 6L);
    }

    @Test
    void whatCannotBeReadIsNoBeginning() {
        sendBroken("liar", 999);
        receiving.send("liar", 0, 1);
        receiving.awaitApplied("liar", 0L, 1L);

        sendBroken("broken", 3);
        receiving.send("broken", 4);
        operator.awaitLetter("broken", 4, "WAITING");
        long letter = operator.awaitLetter("broken", 3, "FAILED");
        say(letter, "accept-gap");
        say(letter, "discard");
        receiving.awaitApplied("broken", 4L);
    }

    @Test
    void whatCouldNotBeReadIsTheBeginningOnceItCan() {
        ProducerRecord<String, byte[]> event = receiving.event("newer", 7);
        event.headers().remove("ce_type").add("ce_type", "test.of-tomorrow".getBytes(UTF_8));
        receiving.send(event);
        receiving.send("newer", 8);
        operator.awaitLetter("newer", 8, "WAITING");
        long letter = operator.awaitLetter("newer", 7, "FAILED");
        Receiver.TYPES.add("test.of-tomorrow"); // as a version that knows it
        say(letter, "retry");
        receiving.awaitApplied("newer", 7L, 8L);
        Receiver.TYPES.remove("test.of-tomorrow");
    }

    @Test
    void aSubjectThatWaitsSinceBeforeIsNotNew() {
        Receiver.fail("old/7");
        receiving.send("old", 7);
        long letter = operator.awaitLetter("old", 7, "FAILED");
        // As a strict receiver leaves it.
        receiving
                .application
                .getBean(JdbcTemplate.class)
                .update("UPDATE outbox.inbox SET sequence = -1 WHERE subject = 'old'");
        Receiver.FAILING.clear();
        receiving.send("old", 8);
        operator.awaitLetter("old", 8, "WAITING");
        say(letter, "accept-gap");
        receiving.awaitApplied("old", 7L, 8L);
    }
}
