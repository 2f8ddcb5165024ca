package dev.waybill.outbox.inbox;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The inbox of each topic that this service has a handler for. */
record Inboxes(Map<String, Inbox> byTopic) {

    Optional<Inbox> of(String topic) {
        return Optional.ofNullable(byTopic.get(topic));
    }

    Set<String> topics() {
        return byTopic.keySet();
    }
}
