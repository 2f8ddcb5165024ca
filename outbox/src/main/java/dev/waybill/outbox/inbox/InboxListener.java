package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.RawRecord;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Brings what a poll has returned to the inbox. When this returns, all of it is in the database, applied or kept; only
 * then are the Kafka offsets committed, so what is killed in between comes again and is dropped as applied before.
 */
final class InboxListener implements BatchMessageListener<byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(InboxListener.class);

    private final Inbox inbox;
    private final String topic;
    private volatile boolean inTrouble;

    InboxListener(Inbox inbox, String topic) {
        this.inbox = inbox;
        this.topic = topic;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
            inbox.apply(records.stream().map(RawRecord::of).toList());
        } catch (RuntimeException e) {
            if (!inTrouble) {
                inTrouble = true;
                log.warn(
                        "{} waits: what was received cannot be applied now and is tried again: {}",
                        topic,
                        e.toString());
            }
            throw e; // the container pauses, goes on polling to keep its partitions, and brings the batch again
        }
        if (inTrouble) {
            inTrouble = false;
            log.info("{} is applied again", topic);
        }
    }
}
