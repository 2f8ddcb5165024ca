package dev.waybill.outbox.deadletter;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Keeps what could not be applied, in the caller's transaction.
 *
 * <p>Letters of a stream (source and subject) are written only under the lock of the stream's row in {@code outbox.inbox},
 * so what is read here under that lock stays true until the transaction ends. Letters without a stream are guarded by
 * their own row.
 */
public class DeadLetters {

    /**
     * What event a record is, as far as that can be told: one with a sequence by its source, subject and sequence, one without
     * by its source and id.
     *
     * @param id null where there is a sequence, or no id
     */
    public record Event(String source, String subject, Long sequence, String id) {}

    private static final int LONGEST_AUDIT = 100;

    /** Of the records that are read at a time. */
    private static final long MOST_BYTES = DataSize.ofMegabytes(4).toBytes();

    private static final String INSERT = """
            INSERT INTO outbox.dead_letter AS d (state, cause, source, subject, sequence, event_id,
                topic, partition, "offset", timestamp, key, value, headers, attempts)
            SELECT :state, :cause, :source, :subject, :sequence, :id,
                :topic, :partition, :offset, :timestamp::timestamptz, :key, :value, :headers::json, :attempts
            """;

    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;

    public DeadLetters(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.named = new NamedParameterJdbcTemplate(jdbc);
    }

    /** Keeps an event that came before its turn; an event that waits already is not written again. */
    public void waiting(RawRecord record, Event event, String cause) {
        named.update(INSERT + """
                WHERE NOT EXISTS (
                    SELECT FROM outbox.dead_letter w WHERE w.source = :source AND w.subject = :subject
                        AND w.sequence = :sequence AND w.state = 'WAITING' AND w.partition >= 0)
                ON CONFLICT (topic, partition, "offset", timestamp) DO UPDATE SET
                    state = excluded.state, cause = excluded.cause, source = excluded.source,
                    subject = excluded.subject, sequence = excluded.sequence, last_at = now(), settled_at = NULL
                """, LetterRow.values("WAITING", record, event, cause));
    }

    /** Keeps an event of this service's own that is not to be published. */
    public void failed(RawRecord record, String source, String subject, Long sequence, String cause) {
        failed(record, new Event(source, subject, sequence, null), cause);
    }

    /**
     * Keeps a record that cannot be applied. The same record again, or the same event with the same bytes, is another
     * attempt of the letter that is there.
     */
    public void failed(RawRecord record, Event event, String cause) {
        MapSqlParameterSource values = LetterRow.values("FAILED", record, event, cause);
        int known = named.update("""
                UPDATE outbox.dead_letter SET state = 'FAILED', cause = :cause, source = :source, subject = :subject,
                    sequence = :sequence, event_id = :id, attempts = attempts + 1, last_at = now(), settled_at = NULL
                WHERE topic = :topic AND partition = :partition AND "offset" = :offset AND timestamp = :timestamp
                    -- without a sequence nothing but the letter itself remembers that it is settled
                    AND (settled_at IS NULL OR :sequence::bigint IS NOT NULL)
                """, values);
        if (known == 0 && record.partition() >= 0 && event.source() != null) {
            known = named.update(
                    """
                    UPDATE outbox.dead_letter SET cause = :cause, attempts = attempts + 1, last_at = now()
                    WHERE source = :source AND %s AND state = 'FAILED' AND partition >= 0
                        AND value IS NOT DISTINCT FROM :value
                    """.formatted(
                                    event.sequence() == null
                                            ? "event_id = :id"
                                            : "subject = :subject AND sequence = :sequence"),
                    values);
        }
        if (known == 0) {
            named.update(INSERT + "ON CONFLICT (topic, partition, \"offset\", timestamp) DO NOTHING", values);
        }
    }

    /**
     * Settles the open letters of these streams up to and with the sequence of each: APPLIED where one had FAILED or an
     * operator had a hand in it; what merely waited is removed.
     */
    public void settle(Collection<String> sources, Collection<String> subjects, Collection<Long> sequences) {
        jdbc.update(
                """
                WITH done AS (
                    SELECT d.id, d.state = 'FAILED' OR d.audit <> '[]' AS kept
                    FROM unnest(?, ?, ?) AS s(source, subject, sequence)
                    JOIN outbox.dead_letter d
                        ON d.source = s.source AND d.subject = s.subject AND d.sequence <= s.sequence
                    WHERE d.state IN ('WAITING', 'FAILED') AND d.partition >= 0
                ), kept AS (
                    UPDATE outbox.dead_letter d SET state = 'APPLIED', last_at = now(), settled_at = now()
                    FROM done WHERE d.id = done.id AND done.kept
                )
                DELETE FROM outbox.dead_letter d USING done WHERE d.id = done.id AND NOT done.kept
                """, sources.toArray(String[]::new), subjects.toArray(String[]::new), sequences.toArray(Long[]::new));
    }

    /** Settles the open letters of these events without a sequence as APPLIED. */
    public void settle(Collection<String> sources, Collection<String> ids) {
        jdbc.update("""
                UPDATE outbox.dead_letter d SET state = 'APPLIED', last_at = now(), settled_at = now()
                FROM unnest(?, ?) AS s(source, id)
                WHERE d.source = s.source AND d.event_id = s.id AND d.settled_at IS NULL
                """, sources.toArray(String[]::new), ids.toArray(String[]::new));
    }

    /**
     * Of each of these streams the waiting events that come next, without a gap and in order.
     *
     * @param most events of all streams together; fewer where they are large
     */
    public List<RawRecord> inTurn(Collection<String> sources, Collection<String> subjects, int most) {
        // As mostly: to plan the query below takes the server longer than most batches do, and it plans it each time.
        if (!anyWaiting()) {
            return List.of();
        }
        return jdbc.query(
                fitting("""
                        FROM unnest(?, ?) AS s(source, subject)
                        JOIN outbox.inbox i ON i.source = s.source AND i.subject = s.subject
                        CROSS JOIN LATERAL (
                            SELECT w.*, row_number() OVER (ORDER BY w.sequence, w.id) AS place
                            FROM outbox.dead_letter w
                            WHERE w.source = i.source AND w.subject = i.subject AND w.sequence > i.sequence
                                AND w.state = 'WAITING' AND w.partition >= 0
                            ORDER BY w.sequence, w.id LIMIT ?
                        ) AS d
                        WHERE d.sequence = i.sequence + d.place
                        """, "d.source, d.subject, d.sequence"),
                (row, number) -> LetterRow.record(row),
                sources.toArray(String[]::new),
                subjects.toArray(String[]::new),
                most,
                most,
                MOST_BYTES);
    }

    /**
     * With a parameter, as what has none goes to the server as a text that it parses and plans each time. Not the state: a plan for
     * any state takes one for as frequent as another, and would read through thousands that have failed for one that waits.
     */
    private boolean anyWaiting() {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "SELECT EXISTS (SELECT FROM outbox.dead_letter WHERE state = 'WAITING') = ?", Boolean.class, true));
    }

    /** The waiting events of these topics whose turn it is: left behind by a crash in between. */
    public List<RawRecord> leftBehind(Collection<String> topics, int most) {
        return jdbc.query(
                fitting("""
                        FROM outbox.dead_letter d
                        JOIN outbox.inbox i
                            ON i.source = d.source AND i.subject = d.subject AND d.sequence = i.sequence + 1
                        WHERE d.state = 'WAITING' AND d.partition >= 0 AND d.topic = ANY (?)
                        """, "d.id"),
                (row, number) -> LetterRow.record(row),
                topics.toArray(String[]::new),
                most,
                MOST_BYTES);
    }

    /** The records of the first so many letters, and of no more than fit into the heap; of one in any case. */
    private static String fitting(String letters, String order) {
        return """
                SELECT %1$s FROM (
                    SELECT d.*, row_number() OVER place AS place_of_all,
                        sum(coalesce(octet_length(d.value), 0)) OVER place AS bytes
                    %2$s
                    WINDOW place AS (ORDER BY %3$s)
                ) AS d
                WHERE d.place_of_all <= ? AND (d.bytes <= ? OR d.place_of_all = 1) ORDER BY d.place_of_all
                """.formatted(LetterRow.RECORD_COLUMNS, letters, order);
    }

    /** The letter as it stands now, locked until the transaction ends. */
    public Optional<DeadLetter> lock(long id) {
        String sql = "SELECT " + LetterRow.COLUMNS + " FROM outbox.dead_letter d WHERE d.id = ? FOR UPDATE";
        return one(sql, (row, number) -> LetterRow.letter(row), id);
    }

    /** The record of a letter. */
    public Optional<RawRecord> record(long id) {
        String sql = "SELECT " + LetterRow.RECORD_COLUMNS + " FROM outbox.dead_letter d WHERE d.id = ?";
        return one(sql, (row, number) -> LetterRow.record(row), id);
    }

    private <T> Optional<T> one(String sql, RowMapper<T> mapper, long id) {
        return jdbc.query(sql, mapper, id).stream().findFirst();
    }

    /** The lowest sequence of an open letter of this stream, if it is below this one. */
    public Optional<Long> firstBelow(String source, String subject, long sequence) {
        return Optional.ofNullable(jdbc.queryForObject("""
                SELECT min(sequence) FROM outbox.dead_letter WHERE source = ? AND subject = ? AND sequence < ?
                    AND state IN ('WAITING', 'FAILED') AND partition >= 0
                """, Long.class, source, subject, sequence));
    }

    /** Writes down what an operator does about a letter, and what event it is as it is read now. */
    public void note(long id, Word word, Event event) {
        jdbc.update(
                """
                UPDATE outbox.dead_letter SET
                    audit = CASE WHEN jsonb_array_length(audit) < ? THEN audit ELSE audit - 0 END || jsonb_build_object(
                        'action', ?::text, 'who', ?::text, 'reason', ?::text, 'at', ?::text),
                    source = coalesce(?, source), subject = coalesce(?, subject), sequence = coalesce(?, sequence),
                    event_id = coalesce(?, event_id)
                WHERE id = ?
                """,
                LONGEST_AUDIT,
                word.action(),
                LetterRow.clean(word.who()),
                LetterRow.clean(word.reason()),
                word.at().toString(),
                event.source(),
                event.subject(),
                event.sequence(),
                event.id(),
                id);
    }

    /** Settles a letter, and all others of the same event, as DISCARDED. */
    public void discard(long id) {
        jdbc.update("""
                WITH this AS (SELECT * FROM outbox.dead_letter WHERE id = ?)
                UPDATE outbox.dead_letter SET state = 'DISCARDED', last_at = now(), settled_at = now()
                WHERE state IN ('WAITING', 'FAILED') AND id IN (
                    SELECT id FROM this
                    UNION ALL SELECT d.id FROM this JOIN outbox.dead_letter d ON d.source = this.source
                        AND d.subject = this.subject AND d.sequence = this.sequence
                        AND (d.partition < 0) = (this.partition < 0)
                    UNION ALL SELECT d.id FROM this JOIN outbox.dead_letter d ON d.source = this.source
                        AND d.event_id = this.event_id)
                """, id);
    }

    /**
     * Removes letters settled longer ago than the retention, at most this many. One of the relay's stays as long as its
     * event: a replay must leave that out.
     */
    public int removeSettled(double retentionSeconds, int most) {
        return jdbc.update("""
                DELETE FROM outbox.dead_letter WHERE id IN (
                    SELECT d.id FROM outbox.dead_letter d
                    WHERE d.settled_at < now() - make_interval(secs => ?)
                        AND NOT (d.partition < 0
                            AND EXISTS (SELECT FROM outbox.event e WHERE e.position = d."offset"))
                    ORDER BY d.settled_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """, retentionSeconds, most);
    }
}
