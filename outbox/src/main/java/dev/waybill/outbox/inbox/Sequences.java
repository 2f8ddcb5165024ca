package dev.waybill.outbox.inbox;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@code outbox.inbox}: the last event applied of each stream.
 *
 * <p>Why an event takes effect once: {@link #lock} takes the row of the stream, making it first if need be, and holds it
 * until the transaction ends; so of two receivers of the same event, in whatever processes, the second one sees what the
 * first one has committed. {@link #advance} commits together with the effect or not at all.
 */
final class Sequences {

    private final JdbcTemplate jdbc;

    Sequences(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Locks the streams until the end of the transaction; tells the last sequence applied of each, -1 where none was. */
    Map<Stream, Long> lock(SortedSet<Stream> streams) {
        Map<Stream, Long> last = new HashMap<>();
        if (streams.isEmpty()) {
            return last;
        }
        jdbc.query(
                """
                INSERT INTO outbox.inbox AS i (source, subject, sequence)
                SELECT source, subject, -1 FROM unnest(?, ?) AS s(source, subject)
                ON CONFLICT (source, subject) DO UPDATE SET sequence = i.sequence
                RETURNING source, subject, sequence
                """,
                row -> {
                    last.put(new Stream(row.getString(1), row.getString(2)), row.getLong(3));
                },
                sources(streams),
                subjects(streams));
        return last;
    }

    /**
     * Lets streams begin later than with their first event, where nothing was seen of them before: nothing was applied, and no
     * letter of an earlier event is open. Letters are written under the row's lock too, so of two first events only one is.
     *
     * @param before the sequence before the one that is to be the first, by stream; all of them locked
     * @return those that do
     */
    Map<Stream, Long> begin(Map<Stream, Long> before) {
        Map<Stream, Long> begun = new HashMap<>();
        if (before.isEmpty()) {
            return begun;
        }
        jdbc.query(
                """
                UPDATE outbox.inbox i SET sequence = s.sequence
                FROM unnest(?, ?, ?) AS s(source, subject, sequence)
                WHERE i.source = s.source AND i.subject = s.subject AND i.sequence = -1
                    AND NOT EXISTS (
                        SELECT FROM outbox.dead_letter d WHERE d.source = i.source AND d.subject = i.subject
                            AND d.sequence <= s.sequence AND d.state IN ('WAITING', 'FAILED') AND d.partition >= 0)
                RETURNING i.source, i.subject, i.sequence
                """,
                row -> {
                    begun.put(new Stream(row.getString(1), row.getString(2)), row.getLong(3));
                },
                sources(before.keySet()),
                subjects(before.keySet()),
                before.values().toArray(Long[]::new));
        return begun;
    }

    void advance(Map<Stream, Long> last) {
        if (last.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                UPDATE outbox.inbox i SET sequence = s.sequence
                FROM unnest(?, ?, ?) AS s(source, subject, sequence)
                WHERE i.source = s.source AND i.subject = s.subject
                """,
                sources(last.keySet()),
                subjects(last.keySet()),
                last.values().toArray(Long[]::new));
    }

    private static String[] sources(Collection<Stream> streams) {
        return streams.stream().map(Stream::source).toArray(String[]::new);
    }

    private static String[] subjects(Collection<Stream> streams) {
        return streams.stream().map(Stream::subject).toArray(String[]::new);
    }
}
