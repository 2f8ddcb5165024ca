package dev.waybill.outbox.inbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What this instance does with the events of one topic; counted when it has committed. */
final class InboxMeters {

    private final Counter applied;
    private final Counter duplicates;
    private final Counter early;
    private final Counter failed;
    private volatile boolean full;

    InboxMeters(MeterRegistry meters, String topic) {
        applied = counter(meters, topic, "waybill.inbox.applied", "Events applied");
        duplicates = counter(meters, topic, "waybill.inbox.duplicates", "Events that came again");
        early = counter(
                meters, topic, "waybill.inbox.early", "Events that came before an earlier one of their subject");
        failed = counter(meters, topic, "waybill.inbox.failed", "Attempts that ended in a dead letter");
        Gauge.builder("waybill.inbox.full", this, inbox -> inbox.full ? 1 : 0)
                .description("1 where the handler has no room, and events wait in Kafka")
                .tag("topic", topic)
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String topic, String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag("topic", topic)
                .register(meters);
    }

    void count(Judgement judgement) {
        applied.increment(judgement.next().size());
        duplicates.increment(judgement.repeated().size());
        early.increment(judgement.early().size());
        failed.increment(judgement.faulty().size());
    }

    /** @return whether this is news */
    boolean full(boolean now) {
        boolean news = full != now;
        full = now;
        return news;
    }
}
