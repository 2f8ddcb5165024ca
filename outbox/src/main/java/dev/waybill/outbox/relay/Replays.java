package dev.waybill.outbox.relay;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Publishes again what an operator or the service itself asks for, beside the live flow and slower than it can. Receivers drop what they know.
 *
 * <p>Only what is published already is replayed, so first appearances keep their order. Its progress is in the table: a
 * crash, or another holder, goes on from the last chunk that was acknowledged.
 */
final class Replays {

    /**
     * One of {@code outbox.replay}, as operators see it.
     *
     * @param subjects how many subjects the service has asked for, else null
     * @param state RUNNING, DONE, or FAILED: Kafka will never take what is at the error's position
     */
    record Replay(
            long id,
            String subject,
            Integer subjects,
            long from,
            long to,
            long position,
            long events,
            String state,
            String error,
            String who,
            Instant requestedAt,
            Instant finishedAt) {}

    /** Kafka does not take this event. */
    private record Refusal(StoredEvent event, Exception error) {}

    private static final Logger log = LoggerFactory.getLogger(Replays.class);

    private static final String SELECT = """
            SELECT id, subject, cardinality(subjects) AS subjects, first_position, last_position, done_position, events, error,
                who, requested_at, finished_at
            FROM outbox.replay
            """;

    /** By their index, whatever the planner thinks. */
    private static final String OF_SUBJECTS = """
            (SELECT * FROM outbox.event WHERE subject = ANY (
                (SELECT coalesce(subjects, ARRAY[subject]) FROM outbox.replay WHERE id = ?)::text[]) OFFSET 0)""";

    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Most events read at a time, and, unless it is a single one, most bytes of payload: both are in the heap. */
    private static final int CHUNK = 200;

    private static final DataSize CHUNK_SIZE = DataSize.ofMegabytes(4);

    private final JdbcTemplate jdbc;
    private final String relay;
    private final String topic;
    private final int eventsPerSecond;

    Replays(JdbcTemplate jdbc, String relay, String topic, int eventsPerSecond) {
        this.jdbc = jdbc;
        this.relay = relay;
        this.topic = topic;
        this.eventsPerSecond = eventsPerSecond;
    }

    /** Asks for all published events of a subject. */
    long request(String subject, String who) {
        return insert(subject, 0, Long.MAX_VALUE, who);
    }

    /** Asks for the published events with these positions, both included. */
    long request(long from, long to, String who) {
        return insert(null, from, to, who);
    }

    private long insert(String subject, long from, long to, String who) {
        return jdbc.queryForObject("""
                INSERT INTO outbox.replay (subject, first_position, last_position, done_position, who)
                SELECT ?, ?, least(?, (SELECT position FROM outbox.relay_offset WHERE relay = ?)), ? - 1, ?
                RETURNING id
                """, Long.class, subject, from, to, relay, from, who);
    }

    /** The newest ones first. */
    List<Replay> list(int most) {
        return jdbc.query(SELECT + "ORDER BY id DESC LIMIT ?", (row, number) -> replay(row), most);
    }

    private Replay next() {
        return jdbc.query(SELECT + """
                        WHERE finished_at IS NULL
                            AND NOT EXISTS (SELECT FROM outbox.relay_offset WHERE relay = ? AND paused IS NOT NULL)
                        ORDER BY id LIMIT 1
                        """, (row, number) -> replay(row), relay).stream()
                .findFirst()
                .orElse(null);
    }

    private static Replay replay(ResultSet row) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        String error = row.getString("error");
        return new Replay(
                row.getLong("id"),
                row.getString("subject"),
                row.getObject("subjects", Integer.class),
                row.getLong("first_position"),
                row.getLong("last_position"),
                row.getLong("done_position"),
                row.getLong("events"),
                finished == null ? "RUNNING" : error == null ? "DONE" : "FAILED",
                error,
                row.getString("who"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant());
    }

    /** Works them off, one after the other, while this instance holds the right to publish. */
    Worker start(Supplier<EventProducer> producers) {
        return new Worker("waybill-relay-replay", worker -> {
            Replay replay = next();
            if (replay == null) {
                return IDLE;
            }
            try (EventProducer producer = producers.get()) {
                while (replay != null && !worker.isClosed()) {
                    replay = chunk(replay, producer, worker) ? next() : null;
                }
            }
            return Duration.ZERO;
        });
    }

    /** @return whether it gets on; else it is tried anew, with another producer */
    private boolean chunk(Replay replay, EventProducer producer, Worker worker) {
        long begin = System.nanoTime();
        List<StoredEvent> events = read(replay);
        if (events.isEmpty()) {
            jdbc.update("UPDATE outbox.replay SET finished_at = now(), error = NULL WHERE id = ?", replay.id());
            return true;
        }
        AtomicReference<Refusal> refusal = new AtomicReference<>();
        if (!send(events, producer, worker, refusal)) {
            return false;
        }
        if (refusal.get() != null) {
            note(replay, refusal.get());
            pause(begin, IDLE);
            return false;
        }
        long done = events.get(events.size() - 1).position();
        jdbc.update("""
                UPDATE outbox.replay SET done_position = ?, events = events + ?, error = NULL
                WHERE id = ? AND done_position = ? -- else another holder goes on with it
                """, done, events.size(), replay.id(), replay.position());
        pause(begin, Duration.ofSeconds(1).multipliedBy(events.size()).dividedBy(eventsPerSecond));
        return true;
    }

    /** What an operator has skipped is left out, for it would not go through now either, unless just that is asked for. */
    private List<StoredEvent> read(Replay replay) {
        boolean byPosition = replay.subject() == null && replay.subjects() == null;
        List<Object> values = new ArrayList<>();
        if (!byPosition) {
            values.add(replay.id());
        }
        values.addAll(List.of(
                replay.position(), replay.to(), replay.from() == replay.to(), topic, CHUNK, CHUNK_SIZE.toBytes()));
        EventRows rows = new EventRows();
        return jdbc.query(
                """
                SELECT * FROM (
                    SELECT %s, sum(octet_length(e.payload::text)) OVER (ORDER BY e.position) AS bytes,
                        row_number() OVER (ORDER BY e.position) AS number
                    FROM (
                        SELECT * FROM %s e
                        WHERE e.position > ? AND e.position <= ? AND (? OR NOT EXISTS (
                            SELECT FROM outbox.dead_letter d
                            WHERE d.topic = ? AND d.partition = -1 AND d."offset" = e.position))
                        ORDER BY e.position LIMIT ?
                    ) AS e
                ) AS chunk WHERE bytes <= ? OR number = 1 ORDER BY position
                """.formatted(EventRows.COLUMNS, byPosition ? "outbox.event" : OF_SUBJECTS),
                (row, number) -> rows.event(row),
                values.toArray());
    }

    /** What passes is tried again; what does not ends this replay, for others wait behind it. */
    private void note(Replay replay, Refusal refusal) {
        String error = "position %d: %s".formatted(refusal.event().position(), refusal.error());
        boolean ends = SendError.of(refusal.error()) == SendError.OWN;
        jdbc.update(
                "UPDATE outbox.replay SET error = ?, finished_at = CASE WHEN ? THEN now() END WHERE id = ?",
                error,
                ends,
                replay.id());
        if (ends) {
            log.warn("replay {} ends here, Kafka does not take what it sends: {}", replay.id(), error);
        }
    }

    /** @return whether all were answered; false when it is time to stop, which a silent broker must not prevent */
    private static boolean send(
            List<StoredEvent> events, EventProducer producer, Worker worker, AtomicReference<Refusal> refusal) {
        CountDownLatch unanswered = new CountDownLatch(events.size());
        for (StoredEvent event : events) {
            producer.send(event, error -> {
                if (error != null) {
                    refusal.compareAndSet(null, new Refusal(event, error));
                }
                unanswered.countDown();
            });
        }
        try {
            while (!unanswered.await(200, TimeUnit.MILLISECONDS)) {
                if (worker.isClosed()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void pause(long begin, Duration atLeast) {
        Duration left = atLeast.minusNanos(System.nanoTime() - begin);
        if (!left.isNegative()) {
            new Bell().await(left);
        }
    }
}
