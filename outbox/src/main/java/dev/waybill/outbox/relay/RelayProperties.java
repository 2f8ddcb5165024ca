package dev.waybill.outbox.relay;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the relay works. The defaults suit most services.
 *
 * @param enabled whether this instance may hold the relay at all
 * @param name the relay's row in {@code outbox.relay_offset}; change it only to start again from the first event
 * @param url a JDBC URL for the relay's own connections, where the service's pool goes through a transaction pooler such as
 *     PgBouncer; without one, the pool's
 * @param batchSize most events in one read
 * @param maxInFlight most events read and not yet acknowledged; bounds the heap together with maxInFlightSize
 * @param maxInFlightSize most bytes of events read and not yet acknowledged
 * @param maxHoles most gaps remembered: rollbacks while some transaction of the server stays open; with so many the
 *     position stands still until some are settled. Each costs every read a look into the index, about a microsecond
 * @param pollInterval how often to look without being woken: finds what plain SQL wrote, and settles holes
 * @param readInterval shortest time between two reads, the first of which left nothing behind: what commits meanwhile shares
 *     the second. With 17 events a read and more it is five times as long. Longer costs latency, shorter costs the
 *     writers' throughput
 * @param offsetInterval how often the offset is written while events flow; a crash repeats what was sent since
 * @param sessionTimeout how long a frozen holder keeps the right to publish; the database ends its session then
 * @param standbyInterval how often an instance that stands by tries to get the right
 * @param retention how long events stay readable after they were written; those not published yet stay longer
 * @param retentionChunk most events removed in one transaction
 * @param replayRate most events a second that a replay publishes beside the live flow
 */
@ConfigurationProperties("waybill.outbox.relay")
public record RelayProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("main") String name,
        String url,
        @DefaultValue("5000") int batchSize,
        @DefaultValue("15000") int maxInFlight,
        @DefaultValue("32MB") DataSize maxInFlightSize,
        @DefaultValue("10000") int maxHoles,
        @DefaultValue("500ms") Duration pollInterval,
        @DefaultValue("2ms") Duration readInterval,
        @DefaultValue("100ms") Duration offsetInterval,
        @DefaultValue("5s") Duration sessionTimeout,
        @DefaultValue("250ms") Duration standbyInterval,
        @DefaultValue("7d") Duration retention,
        @DefaultValue("1000") int retentionChunk,
        @DefaultValue("1000") int replayRate) {

    public RelayProperties {
        if (batchSize < 1 || maxInFlight < batchSize || maxHoles < 1) {
            throw new IllegalArgumentException(
                    "waybill.outbox.relay: batch-size and max-holes must be at least 1, max-in-flight at least batch-size");
        }
        if (retention.isNegative() || retentionChunk < 1 || replayRate < 1) {
            throw new IllegalArgumentException(
                    "waybill.outbox.relay: retention must not be negative, retention-chunk and replay-rate at least 1");
        }
        if (sessionTimeout.toMillis() < 4 * pollInterval.toMillis()) {
            throw new IllegalArgumentException("waybill.outbox.relay.session-timeout must be at least four times "
                    + "poll-interval, which is also the heartbeat's");
        }
    }
}
