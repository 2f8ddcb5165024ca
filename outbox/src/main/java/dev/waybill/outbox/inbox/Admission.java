package dev.waybill.outbox.inbox;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.event.ConsumerRetryAuthSuccessfulEvent;

/** Whether the broker lets the listeners in, as their containers tell: each time they are refused, and when no longer. */
final class Admission {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final Map<String, String> refused = new ConcurrentHashMap<>();

    void heard(String topic, Object event) {
        if (event instanceof ConsumerRetryAuthEvent refusal) {
            refused.putIfAbsent(topic, refusal.getReason() + " since " + Instant.now());
        } else if (event instanceof ConsumerRetryAuthSuccessfulEvent && refused.remove(topic) != null) {
            log.info("{} is listened to again", topic);
        }
    }

    /** The topics that this instance may not listen to, with what the broker refuses and since when. */
    SortedMap<String, String> refused() {
        return new TreeMap<>(refused);
    }
}
