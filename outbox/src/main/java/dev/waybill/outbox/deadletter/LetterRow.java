package dev.waybill.outbox.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;

/** How a letter and its record stand in a row of {@code outbox.dead_letter}. */
final class LetterRow {

    static final String COLUMNS = "d.id, d.state, d.cause, d.source, d.subject, d.sequence, d.topic, d.partition, "
            + "d.\"offset\", d.attempts, d.first_at, d.last_at";
    static final String RECORD_COLUMNS = "d.topic, d.partition, d.\"offset\", d.timestamp, d.key, d.value, d.headers";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 4_000;

    private LetterRow() {}

    static DeadLetter letter(ResultSet row) throws SQLException {
        return new DeadLetter(
                row.getLong("id"),
                DeadLetter.State.valueOf(row.getString("state")),
                row.getString("cause"),
                row.getString("source"),
                row.getString("subject"),
                row.getObject("sequence", Long.class),
                row.getString("topic"),
                row.getInt("partition"),
                row.getLong("offset"),
                row.getInt("attempts"),
                row.getObject("first_at", OffsetDateTime.class).toInstant(),
                row.getObject("last_at", OffsetDateTime.class).toInstant());
    }

    static RawRecord record(ResultSet row) throws SQLException {
        return new RawRecord(
                row.getString("topic"),
                row.getInt("partition"),
                row.getLong("offset"),
                row.getTimestamp("timestamp").toInstant(),
                row.getBytes("key"),
                row.getBytes("value"),
                read(row.getString("headers")));
    }

    static MapSqlParameterSource values(String state, RawRecord record, DeadLetters.Event event, String cause) {
        return new MapSqlParameterSource()
                .addValue("state", state)
                .addValue("cause", clean(cause))
                .addValue("source", event.source(), Types.VARCHAR)
                .addValue("subject", event.subject(), Types.VARCHAR)
                .addValue("sequence", event.sequence(), Types.BIGINT)
                .addValue("id", event.id(), Types.VARCHAR)
                .addValue("topic", record.topic())
                .addValue("partition", record.partition())
                .addValue("offset", record.offset())
                .addValue("timestamp", Timestamp.from(record.timestamp()))
                .addValue("key", record.key(), Types.BINARY)
                .addValue("value", record.value(), Types.BINARY)
                .addValue("headers", write(record.headers()))
                .addValue("attempts", state.equals("FAILED") ? 1 : 0);
    }

    /** Postgres has no NUL in text; a cause is for reading, not for keeping megabytes. */
    static String clean(String text) {
        if (text == null) {
            return null;
        }
        String clean = text.replace("\u0000", "");
        return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean;
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
