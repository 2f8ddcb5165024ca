package dev.waybill.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What became of this service's events: for as long as they are kept, which is the relay's retention. Thread-safe. */
public class OutboxHistory {

    /** Put together once a query: there may be thousands of holes. */
    static final String UNPUBLISHED =
            "unpublished AS MATERIALIZED (SELECT positions FROM outbox.unpublished WHERE relay = ?)";

    private static final String EVENTS = """
            WITH %s
            SELECT e.position, e.id, e.sequence, e.type, e.occurred_at,
                CASE WHEN NOT e.position <@ (SELECT positions FROM unpublished) AND NOT EXISTS (
                    SELECT FROM outbox.dead_letter d -- skipped by an operator
                    WHERE d.topic = ? AND d.partition = -1 AND d."offset" = e.position)
                THEN (
                    SELECT p.published_at FROM outbox.publication p
                    WHERE p.relay = ? AND p.last_position >= e.position AND p.first_position <= e.position
                    ORDER BY p.last_position LIMIT 1)
                END AS published_at
            FROM outbox.event e
            WHERE e.subject = ? AND e.source = ? AND e.sequence > ?
            ORDER BY e.sequence LIMIT ?
            """.formatted(UNPUBLISHED);

    private final JdbcTemplate jdbc;
    private final OutboxProperties properties;
    private final String relay;

    /** @param relay the relay's name */
    public OutboxHistory(DataSource dataSource, OutboxProperties properties, String relay) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.properties = properties;
        this.relay = relay;
    }

    /**
     * The events of a subject, in their order.
     *
     * @param afterSequence only events above it; -1 for all
     * @param limit most events
     */
    public List<PastEvent> of(String subject, long afterSequence, int limit) {
        return jdbc.query(
                EVENTS,
                (row, number) -> event(row),
                relay,
                properties.topic(),
                relay,
                subject,
                properties.source(),
                afterSequence,
                limit);
    }

    private static PastEvent event(ResultSet row) throws SQLException {
        return new PastEvent(
                row.getLong("position"),
                row.getObject("id", UUID.class),
                row.getLong("sequence"),
                row.getString("type"),
                instant(row, "occurred_at"),
                instant(row, "published_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
