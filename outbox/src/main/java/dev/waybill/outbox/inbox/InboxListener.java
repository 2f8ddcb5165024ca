package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.RawRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingMessageListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Brings what a poll has returned to the inbox. What is acknowledged to Kafka is in the database, applied or kept; what is
 * killed in between comes again and is dropped as applied before.
 *
 * <p>What cannot be taken in now, for want of room or of a database, is handed back: the container commits what came before
 * it, pauses, goes on polling so that its partitions stay here, and brings it again. Nothing depends on a state that a
 * rebalance or a restart could lose, for each batch is asked about anew.
 */
final class InboxListener implements BatchAcknowledgingMessageListener<byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(InboxListener.class);
    private static final long FIRST_BACK_OFF_MILLIS = 100;
    private static final Duration PER_EVENT = Duration.ofMillis(5);
    private static final int LARGE = 100;

    private final Inbox inbox;
    private final InboxProperties properties;
    private final Room room;
    private final AtomicInteger failures = new AtomicInteger();

    InboxListener(Inbox inbox, InboxProperties properties) {
        this.inbox = inbox;
        this.properties = properties;
        this.room = inbox.room(properties.roomInterval());
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records, Acknowledgment acknowledgment) {
        int taken;
        try {
            taken = receive(records);
        } catch (RuntimeException | Error e) { // whatever escaped would be dropped by the container sooner or later
            acknowledgment.nack(0, backOff(e));
            return;
        }
        if (failures.getAndSet(0) > 0) {
            log.info("{} is applied again", inbox.topic());
        }
        noteRoom(taken < records.size());
        if (taken < records.size()) {
            acknowledgment.nack(taken, properties.roomInterval());
        } else {
            acknowledgment.acknowledge();
            LockSupport.parkNanos(rest(records.size(), properties.longestRest()).toNanos());
        }
    }

    /**
     * How long to rest after a batch. It costs the machine nearly the same with one event as with thirty: a transaction, a fetch, a
     * commit of the offset. So where several came together the next ones are let gather for a moment, and at more than two hundred a
     * second soon for the longest one. Who comes alone does not wait, nor does what comes after a batch that was large already.
     */
    static Duration rest(int events, Duration longest) {
        Duration rest = PER_EVENT.multipliedBy(events - 1);
        return events >= LARGE ? Duration.ZERO : rest.compareTo(longest) < 0 ? rest : longest;
    }

    /** How many of them there was room for. */
    private int receive(List<ConsumerRecord<byte[], byte[]>> records) {
        int taken = room.enter(records.size());
        try {
            if (taken > 0) {
                inbox.receive(
                        records.subList(0, taken).stream().map(RawRecord::of).toList());
            }
            return taken;
        } finally {
            room.leave(taken);
        }
    }

    private Duration backOff(Throwable error) {
        int before = failures.getAndIncrement();
        if (before == 0) {
            log.warn(
                    "{} waits: what was received cannot be applied now and is tried again: {}",
                    inbox.topic(),
                    error.toString());
        }
        Duration exponential = Duration.ofMillis(FIRST_BACK_OFF_MILLIS << Math.min(before, 20));
        return exponential.compareTo(properties.longestBackOff()) < 0 ? exponential : properties.longestBackOff();
    }

    private void noteRoom(boolean nowFull) {
        if (inbox.full(nowFull)) {
            log.info(
                    nowFull ? "{} waits in Kafka: there is no room for more" : "{} is taken in again, there is room",
                    inbox.topic());
        }
    }
}
