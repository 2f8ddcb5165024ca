package dev.waybill.bench.debezium;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is set beyond what is needed to run at all, in the engine with its connector and in the producer. */
record Tuning(Map<String, String> engine, Map<String, String> producer) {

    static final Tuning DEFAULT = new Tuning(Map.of(), Map.of());

    static final Tuning BEST = new Tuning(
            Map.of(
                    "extended.headers.enabled", "false",
                    "max.batch.size", "8192",
                    "max.queue.size", "32768",
                    "poll.interval.ms", "5",
                    "publication.autocreate.mode", "filtered",
                    "record.processing.threads", "AVAILABLE_CORES",
                    "slot.retry.delay.ms", "100",
                    "statistics.metrics.enabled", "false"),
            Map.of("compression.type", "lz4", "batch.size", "262144", "linger.ms", "0"));

    List<String> describe() {
        return List.of("engine: " + text(engine), "producer: " + text(producer));
    }

    private static String text(Map<String, String> settings) {
        return settings.isEmpty()
                ? "its defaults"
                : String.join(
                        ", ",
                        new TreeMap<>(settings)
                                .entrySet().stream().map(Object::toString).toList());
    }
}
