package dev.waybill.outbox.relay;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
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
        return jdbc
                .query(SELECT + "WHERE finished_at IS NULL ORDER BY id LIMIT 1", (row, number) -> replay(row))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static Replay replay(ResultSet row) throws SQLException {
        OffsetDateTime finished = row.getObject("finished_at", OffsetDateTime.class);
        return new Replay(
                row.getLong("id"),
                row.getString("subject"),
                row.getObject("subjects", Integer.class),
                row.getLong("first_position"),
                row.getLong("last_position"),
                row.getLong("done_position"),
                row.getLong("events"),
                finished == null ? "RUNNING" : "DONE",
                row.getString("error"),
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
        try {
            if (!send(events, producer, worker)) {
                return false;
            }
        } catch (ExecutionException e) {
            jdbc.update(
                    "UPDATE outbox.replay SET error = ? WHERE id = ?",
                    e.getCause().toString(),
                    replay.id());
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
                """.formatted(EventReader.COLUMNS, byPosition ? "outbox.event" : OF_SUBJECTS),
                (row, number) -> EventReader.event(row),
                values.toArray());
    }

    /** @return whether all were acknowledged; false when it is time to stop, which a silent broker must not prevent */
    private static boolean send(List<StoredEvent> events, EventProducer producer, Worker worker)
            throws ExecutionException {
        List<CompletableFuture<Void>> sends = new ArrayList<>();
        for (StoredEvent event : events) {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            sends.add(sent);
            producer.send(event, error -> {
                if (error == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(error);
                }
            });
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(sends.toArray(CompletableFuture[]::new));
        Bell bell = new Bell();
        all.whenComplete((nothing, error) -> bell.ring());
        while (!all.isDone() && !worker.isClosed()) {
            bell.await(Duration.ofMillis(200));
        }
        if (!all.isDone()) {
            return false;
        }
        try {
            all.get();
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
