package dev.waybill.systemtests.history;

import static java.util.Objects.requireNonNull;

/** A record put on a topic that no receiver can take, so that it must be in the dead letters. */
public record Poison(String topic, int partition, long offset, String kind) {

    public Poison {
        requireNonNull(topic, "topic");
    }
}
