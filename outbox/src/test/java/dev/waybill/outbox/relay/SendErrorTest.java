package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

class SendErrorTest {

    private static final ProducerRecord<byte[], byte[]> RECORD = new ProducerRecord<>("topic", new byte[0]);

    private static void assertAll(SendError meaning, Exception... errors) {
        assertThat(errors).allSatisfy(error -> assertThat(SendError.of(error)).isEqualTo(meaning));
    }

    @Test
    void whatPassesIsSentAgain() {
        assertAll(
                SendError.PASSING,
                new TimeoutException("no answer"),
                new NotEnoughReplicasException("one only"),
                // As Sender says it to those that were in a batch with a record that is refused.
                new KafkaException(
                        "Failed to append record because it was part of a batch which had one more more invalid records"));
    }

    @Test
    void whatTheBrokerDoesNotAllowIsItsOwnAffairHoweverItIsTold() {
        assertAll(
                SendError.REFUSED,
                new TopicAuthorizationException(Set.of("topic")),
                new SaslAuthenticationException("wrong password"),
                new InvalidTimestampException("out of range"),
                new InvalidRecordException("out of range"),
                // The producer's state after it: each later send fails with the word that it is broken.
                new KafkaException(
                        "Cannot execute transactional method because we are in an error state",
                        new ClusterAuthorizationException("not authorized")));
    }

    @Test
    void aProducerThatTheBrokerNoLongerFollowsIsSpent() {
        assertAll(
                SendError.SPENT,
                new OutOfOrderSequenceException("gap"),
                new UnknownProducerIdException("forgotten"),
                new InvalidPidMappingException("another"),
                new InvalidProducerEpochException("old"),
                new ProducerFencedException("fenced"));
    }

    @Test
    void aProducerThatAnErrorHasBrokenIsSpent() {
        assertAll(
                SendError.SPENT,
                new KafkaException("Unexpected error in InitProducerIdResponse; the server experienced an error"),
                new KafkaException(
                        "Cannot execute transactional method because we are in an error state",
                        new OutOfOrderSequenceException("gap")),
                new IllegalStateException("cannot execute because of previous invalid state transition attempt"),
                new KafkaException("Producer is closed forcefully."));
    }

    /** What it says itself, whatever its words. */
    @Test
    void aProducerThatIsClosedIsSpent() {
        Producer<byte[], byte[]> producer = producer();
        CompletableFuture<Exception> waiting =
                CompletableFuture.supplyAsync(() -> catchException(() -> producer.send(RECORD)));
        producer.close(Duration.ZERO);
        assertAll(SendError.SPENT, waiting.join(), catchException(() -> producer.send(RECORD)));
    }

    private static Producer<byte[], byte[]> producer() {
        String nobody = "127.0.0.1:1";
        return EventProducer.kafka(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, nobody), 900_000, Duration.ofMinutes(1));
    }

    @Test
    void whatKafkaWillNeverTakeIsTheEventsOwn() {
        assertAll(
                SendError.OWN,
                new RecordTooLargeException("1 MB"),
                new SerializationException("no bytes"),
                new InvalidTopicException("a b"),
                new PolicyViolationException("no"));
    }

    @Test
    void whatNobodyKnowsIsLookedAt() {
        assertAll(
                SendError.OWN,
                new UnknownServerException("what?"),
                new UnsupportedVersionException("a broker of old"),
                new IllegalArgumentException("headers that are no JSON"));
    }
}
