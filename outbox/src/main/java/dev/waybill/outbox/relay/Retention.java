package dev.waybill.outbox.relay;

import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Removes events that every relay has published and that are older than the retention, in small chunks, so that no
 * transaction is long and the service's own work goes on beside it. Positions in a hole are left alone: if an event is
 * there, it is not published yet.
 */
final class Retention {

    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration BETWEEN_CHUNKS = Duration.ofMillis(50);

    private final JdbcTemplate jdbc;
    private final Duration retention;
    private final int chunk;

    Retention(JdbcTemplate jdbc, Duration retention, int chunk) {
        this.jdbc = jdbc;
        this.retention = retention;
        this.chunk = chunk;
    }

    Worker start() {
        return new Worker("waybill-relay-retention", worker -> {
            boolean more = removeChunk() == chunk | removeChunkOfLog() == chunk | removeChunkOfRequests() == chunk;
            return more ? BETWEEN_CHUNKS : PAUSE;
        });
    }

    /** The oldest rows by position, which is nearly the order of time: no index on the time is needed. */
    int removeChunk() {
        return jdbc.update("""
                WITH open AS (
                    SELECT (hole ->> 'first')::bigint AS first, (hole ->> 'last')::bigint AS last
                    FROM outbox.relay_offset, jsonb_array_elements(holes) AS hole
                ), oldest AS (
                    SELECT e.position, e.occurred_at FROM outbox.event e
                    WHERE e.position <= (SELECT min(position) FROM outbox.relay_offset)
                    ORDER BY e.position LIMIT ?
                )
                DELETE FROM outbox.event e USING oldest o
                WHERE e.position = o.position
                  AND o.occurred_at < now() - make_interval(secs => ?)
                  AND NOT EXISTS (SELECT FROM open WHERE o.position BETWEEN open.first AND open.last)
                """, chunk, (double) retention.toSeconds());
    }

    /** What the log of publication says of events that are removed. */
    int removeChunkOfLog() {
        return jdbc.update("""
                DELETE FROM outbox.publication WHERE (last_position, relay) IN (
                    SELECT last_position, relay FROM outbox.publication
                    WHERE last_position < (SELECT min(position) FROM outbox.event)
                    ORDER BY last_position LIMIT ?)
                """, chunk);
    }

    /** What the service itself had published again; what operators did stays. */
    int removeChunkOfRequests() {
        return jdbc.update("""
                DELETE FROM outbox.replay WHERE id IN (
                    SELECT id FROM outbox.replay
                    WHERE subjects IS NOT NULL AND finished_at < now() - make_interval(secs => ?) ORDER BY id LIMIT ?)
                """, (double) retention.toSeconds(), chunk);
    }
}
