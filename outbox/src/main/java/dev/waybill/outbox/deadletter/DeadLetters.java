package dev.waybill.outbox.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Keeps what could not be applied, in the caller's transaction: {@code WAITING} for an earlier event of its subject, or
 * {@code FAILED}.
 */
public class DeadLetters {

    /** A letter that waits behind an earlier event, or the failed one itself. */
    public record Letter(long id, boolean waiting, RawRecord record) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_CAUSE = 4_000;

    private final JdbcTemplate jdbc;

    public DeadLetters(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Keeps an event that came before its turn. Redelivery of the same record changes nothing. */
    public void waiting(RawRecord record, String source, String subject, long sequence, String cause) {
        insert("WAITING", record, source, subject, sequence, cause);
    }

    /** Keeps a record that cannot be applied; what it may lack of source, subject and sequence is null. */
    public void failed(RawRecord record, String source, String subject, Long sequence, String cause) {
        insert("FAILED", record, source, subject, sequence, cause);
    }

    private void insert(String state, RawRecord record, String source, String subject, Long sequence, String cause) {
        jdbc.update(
                """
                INSERT INTO outbox.dead_letter AS d
                    (state, cause, source, subject, sequence, topic, partition, "offset", timestamp, key, value, headers)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                ON CONFLICT (topic, partition, "offset", timestamp) DO UPDATE
                    SET state = excluded.state, cause = excluded.cause, attempts = d.attempts + 1, last_at = now()
                """,
                state,
                text(cause),
                text(source),
                text(subject),
                sequence,
                record.topic(),
                record.partition(),
                record.offset(),
                Timestamp.from(record.timestamp()),
                record.key(),
                record.value(),
                write(record.headers()));
    }

    /** All letters of these subjects that have a sequence, in its order. */
    public List<Letter> of(Collection<String> sources, Collection<String> subjects) {
        return jdbc.query(
                """
                SELECT d.id, d.state, d.topic, d.partition, d."offset", d.timestamp, d.key, d.value, d.headers
                FROM unnest(?, ?) AS s(source, subject)
                JOIN outbox.dead_letter d ON d.source = s.source AND d.subject = s.subject AND d.sequence IS NOT NULL
                ORDER BY d.source, d.subject, d.sequence, d.id
                """,
                (row, i) -> new Letter(
                        row.getLong(1),
                        row.getString(2).equals("WAITING"),
                        new RawRecord(
                                row.getString(3),
                                row.getInt(4),
                                row.getLong(5),
                                row.getTimestamp(6).toInstant(),
                                row.getBytes(7),
                                row.getBytes(8),
                                read(row.getString(9)))),
                sources.toArray(String[]::new),
                subjects.toArray(String[]::new));
    }

    /** Removes letters that were applied after all. */
    public void remove(Collection<Long> ids) {
        jdbc.update("DELETE FROM outbox.dead_letter WHERE id = ANY (?)", (Object) ids.toArray(Long[]::new));
    }

    /** Postgres has no NUL in text; a cause is for reading, not for keeping megabytes. */
    private static String text(String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replace("\u0000", "");
        return clean.length() > LONGEST_CAUSE ? clean.substring(0, LONGEST_CAUSE) : clean;
    }

    private static String write(List<RawRecord.Header> headers) {
        try {
            return JSON.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<RawRecord.Header> read(String headers) {
        try {
            return JSON.readValue(headers, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
