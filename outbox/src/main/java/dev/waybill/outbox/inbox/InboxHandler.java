package dev.waybill.outbox.inbox;

import java.util.List;
import java.util.Set;

/**
 * The receiver's own part: what an event means here. Declare one bean a topic; the library listens to the topic, opens
 * the transaction, drops what was applied before, keeps each subject's order, and hands over the rest.
 */
public interface InboxHandler {

    /** The topic to listen to. */
    String topic();

    /** The event types that {@link #handle} understands; any other goes to the dead letters. */
    Set<String> types();

    /**
     * Applies events, in the transaction that also remembers them: either both commit or neither. Each event comes once,
     * after all earlier ones of its subject; an event without a sequence in no promised order. Use set-based statements: a batch may hold events of many subjects, and
     * several of one.
     *
     * @param events 1 to {@code spring.kafka.consumer.max-poll-records} events, each subject's in its order
     * @throws UnprocessableEventException if one can never be handled. Any other exception is taken so too, unless it is of
     *     trouble that passes (a lost connection, a deadlock, Spring's {@code TransientDataAccessException}): then the batch
     *     comes again. What does not pass makes a dead letter of the guilty event, found by trying one by one
     */
    void handle(List<InboxEvent> events);

    /**
     * Told of events that came again after they had been applied, in the same transaction as what is new. Nothing needs to
     * be done: they have had their effect. A receiver that acknowledges may do so again here, for a sender that repeats
     * itself has not heard the first time. Events may repeat for other reasons too, so this must be cheap.
     *
     * <p>Events that were given up come here too, without ever having been applied: by an operator, or as they lie before
     * the first one where {@code waybill.outbox.inbox.accept-first-sequence} is set. Who acknowledges must know these apart.
     *
     * @param events 1 to {@code spring.kafka.consumer.max-poll-records} events, each subject's in its order
     */
    default void repeated(List<InboxEvent> events) {}

    /**
     * How many events may be taken in now. The rest stays in Kafka: the listener pauses, keeps its partitions, and asks again
     * every {@code waybill.outbox.inbox.room-interval}. Asked outside any transaction, before a batch of events, unless it
     * was asked within that interval and not a tenth of its answer has been taken in since: up to ten instances, each by its
     * own count, then take a batch too many at most. Those of one instance's listeners never take more than there is room for.
     *
     * @return 0 or less where there is no room
     */
    default int room() {
        return Integer.MAX_VALUE;
    }
}
