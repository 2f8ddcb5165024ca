package dev.waybill.outbox.inbox;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * {@code outbox.inbox_id}: the events applied that have no sequence.
 *
 * <p>Why one takes effect once: {@link #claim} writes its id in the transaction of the effect. Another receiver that claims
 * the same id waits for that transaction to end, and then sees it if it has committed.
 */
final class Ids {

    private final JdbcTemplate jdbc;

    Ids(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** Remembers the ids; tells which of them were not known. */
    Set<EventId> claim(SortedSet<EventId> ids) {
        Set<EventId> fresh = new HashSet<>();
        if (!ids.isEmpty()) {
            jdbc.query(
                    """
                    INSERT INTO outbox.inbox_id (source, id) SELECT source, id FROM unnest(?, ?) AS s(source, id)
                    ON CONFLICT (source, id) DO NOTHING
                    RETURNING source, id
                    """,
                    row -> {
                        fresh.add(new EventId(row.getString(1), row.getString(2)));
                    },
                    ids.stream().map(EventId::source).toArray(String[]::new),
                    ids.stream().map(EventId::id).toArray(String[]::new));
        }
        return fresh;
    }

    /** Forgets ids older than the retention, at most this many. */
    int forget(double retentionSeconds, int most) {
        return jdbc.update("""
                DELETE FROM outbox.inbox_id WHERE (source, id) IN (
                    SELECT source, id FROM outbox.inbox_id WHERE received_at < now() - make_interval(secs => ?)
                    ORDER BY received_at LIMIT ?)
                """, retentionSeconds, most);
    }
}
