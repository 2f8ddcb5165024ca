package dev.waybill.outbox.relay;

import dev.waybill.outbox.deadletter.Remedies;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What operators see and say, on whatever instance: it all goes through the relay's row, which the holder reads with each
 * heartbeat.
 */
final class RelayOperations {

    /**
     * @param holder the instance that publishes, or did last
     * @param pause null unless paused
     * @param stopped null unless an event cannot be published
     */
    record View(
            String holder,
            Instant heartbeatAt,
            long position,
            List<Hole> holes,
            Lag lag,
            Control.Pause pause,
            Control.Stopped stopped) {}

    /**
     * @param events committed and not published; above some thousands an upper bound
     * @param seconds the age of the oldest of them
     */
    record Lag(long events, double seconds) {}

    private static final int COUNTED_EXACTLY = 10_000;

    private final JdbcTemplate jdbc;
    private final String relay;

    RelayOperations(JdbcTemplate jdbc, String relay) {
        this.jdbc = jdbc;
        this.relay = relay;
    }

    View view() {
        Lag lag = lag();
        return jdbc
                .query(
                        "SELECT holder, heartbeat_at, position, holes, paused, stopped FROM outbox.relay_offset WHERE relay = ?",
                        (row, number) -> new View(
                                row.getString(1),
                                instant(row.getObject(2, OffsetDateTime.class)),
                                row.getLong(3),
                                RelayJson.readHoles(row.getString(4)),
                                lag,
                                RelayJson.read(row.getString(5), Control.Pause.class),
                                RelayJson.read(row.getString(6), Control.Stopped.class)),
                        relay)
                .stream()
                .findFirst()
                .orElse(new View(null, null, 0, List.of(), lag, null, null)); // no instance was ever the holder
    }

    private static Instant instant(OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    Lag lag() {
        return jdbc.queryForObject(
                """
                WITH o AS (SELECT coalesce((SELECT position FROM outbox.relay_offset WHERE relay = ?), 0) AS position),
                counted AS (
                    SELECT count(*) AS events FROM (
                        SELECT FROM outbox.event WHERE position > (SELECT position FROM o) LIMIT ?) AS first_ones
                )
                SELECT CASE WHEN counted.events < ? THEN counted.events
                            ELSE (SELECT max(position) FROM outbox.event) - o.position END,
                       coalesce(extract(epoch FROM clock_timestamp() - (SELECT occurred_at FROM outbox.event
                           WHERE position > o.position ORDER BY position LIMIT 1)), 0)
                FROM o, counted
                """,
                (row, number) -> new Lag(row.getLong(1), Math.max(0, row.getDouble(2))),
                relay,
                COUNTED_EXACTLY,
                COUNTED_EXACTLY);
    }

    void pause(String reason, String who) {
        Control.Pause pause = new Control.Pause(reason, who, Instant.now());
        jdbc.update("""
                INSERT INTO outbox.relay_offset AS o (relay, paused) VALUES (?, ?::jsonb)
                ON CONFLICT (relay) DO UPDATE SET paused = coalesce(o.paused, excluded.paused)
                """, relay, RelayJson.write(pause));
    }

    void resume() {
        jdbc.update("UPDATE outbox.relay_offset SET paused = NULL WHERE relay = ?", relay);
    }

    /** @throws Remedies.RefusedException if no event holds the relay up */
    void request(Control.Action action, String reason, String who) {
        int updated = jdbc.update("""
                UPDATE outbox.relay_offset SET request = jsonb_build_object('action', ?::text,
                    'position', stopped -> 'position', 'reason', ?::text, 'who', ?::text, 'at', ?::text)
                WHERE relay = ? AND stopped IS NOT NULL
                """, action.name(), reason, who, Instant.now().toString(), relay);
        if (updated == 0) {
            throw new Remedies.RefusedException("the relay is not stopped: there is no event to "
                    + action.name().toLowerCase());
        }
    }
}
