package dev.waybill.outbox;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Has events published again, the same ones with the same ids, for a service that has not heard from their receiver.
 * Receivers drop what they know. Thread-safe.
 */
public class Republishing {

    /**
     * What waits to be published again is not asked for once more: while Kafka is away a service may ask for the same
     * subjects many times.
     */
    private static final String REQUEST = """
            WITH %s, again AS (
                SELECT e.subject, max(e.position) AS last
                FROM outbox.event e
                WHERE e.subject = ANY (?)
                  AND e.subject NOT IN (SELECT unnest(r.subjects) FROM outbox.replay r WHERE r.finished_at IS NULL)
                GROUP BY e.subject HAVING bool_and(NOT e.position <@ (SELECT positions FROM unpublished))
            ), requested AS (
                INSERT INTO outbox.replay (subjects, first_position, last_position, done_position, who)
                SELECT array_agg(subject), 0, max(last), -1, ? FROM again HAVING count(*) > 0
            )
            SELECT subject FROM again
            """.formatted(OutboxHistory.UNPUBLISHED);

    private final JdbcTemplate jdbc;
    private final String relay;

    /** @param relay the relay's name */
    public Republishing(DataSource dataSource, String relay) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.relay = relay;
    }

    /**
     * Asks for all events of these subjects to be published again, beside the live flow and each subject's in order; in the
     * caller's transaction, if there is one. Subjects are left out that have an event still to be published, or to be
     * published again, and those that have none any more.
     *
     * @param who asks, for operators to see
     * @return the subjects that are published again
     */
    public Set<String> request(Collection<String> subjects, String who) {
        return new LinkedHashSet<>(
                jdbc.queryForList(REQUEST, String.class, relay, subjects.toArray(String[]::new), who));
    }
}
