package dev.waybill.outbox.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What operators see of the letters. */
final class LetterQueries {

    /** A letter with its record and all that operators did about it, the oldest first. */
    record Full(DeadLetter letter, RawRecord record, List<Word> audit) {}

    /**
     * Each counted up to {@value #COUNTED_EXACTLY}.
     *
     * @param oldest when the oldest of them came; null if there is none
     */
    record Counts(long failed, long waiting, Instant oldest) {}

    private static final int COUNTED_EXACTLY = 10_000;

    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    private final JdbcTemplate jdbc;

    LetterQueries(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /**
     * The newest letters first.
     *
     * @param state null for any, as subject
     * @param before only letters with a lower id
     */
    List<DeadLetter> list(DeadLetter.State state, String subject, long before, int most) {
        return jdbc.query(
                "SELECT " + LetterRow.COLUMNS + """
                 FROM outbox.dead_letter d
                WHERE d.id < ? AND (?::text IS NULL OR d.state = ?) AND (?::text IS NULL OR d.subject = ?)
                ORDER BY d.id DESC LIMIT ?
                """,
                (row, number) -> LetterRow.letter(row),
                before,
                state == null ? null : state.name(),
                state == null ? null : state.name(),
                subject,
                subject,
                most);
    }

    Optional<DeadLetter> find(long id) {
        return jdbc
                .query(
                        "SELECT " + LetterRow.COLUMNS + " FROM outbox.dead_letter d WHERE d.id = ?",
                        (row, number) -> LetterRow.letter(row),
                        id)
                .stream()
                .findFirst();
    }

    Optional<Full> full(long id) {
        return jdbc
                .query(
                        "SELECT " + LetterRow.COLUMNS
                                + ", d.timestamp, d.key, d.value, d.headers, d.audit FROM outbox.dead_letter d WHERE d.id = ?",
                        (row, number) ->
                                new Full(LetterRow.letter(row), LetterRow.record(row), audit(row.getString("audit"))),
                        id)
                .stream()
                .findFirst();
    }

    /** The oldest letters that a retry of all is about. */
    List<Long> failed(String subject, long after, int most) {
        return jdbc.queryForList("""
                SELECT id FROM outbox.dead_letter
                WHERE state = 'FAILED' AND partition >= 0 AND id > ? AND (?::text IS NULL OR subject = ?)
                ORDER BY id LIMIT ?
                """, Long.class, after, subject, subject, most);
    }

    Counts counts() {
        return jdbc.queryForObject("""
                SELECT count(*) FILTER (WHERE state = 'FAILED'), count(*) FILTER (WHERE state = 'WAITING'), min(first_at)
                FROM (
                    (SELECT state, first_at FROM outbox.dead_letter WHERE state = 'FAILED' ORDER BY id LIMIT %1$d)
                    UNION ALL
                    (SELECT state, first_at FROM outbox.dead_letter WHERE state = 'WAITING' ORDER BY id LIMIT %1$d)
                ) AS open
                """.formatted(COUNTED_EXACTLY), (row, number) -> {
            OffsetDateTime oldest = row.getObject(3, OffsetDateTime.class);
            return new Counts(row.getLong(1), row.getLong(2), oldest == null ? null : oldest.toInstant());
        });
    }

    private static List<Word> audit(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
