package dev.waybill.orders.order;

import dev.waybill.outbox.OutboxHistory;
import dev.waybill.outbox.PastEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Puts together what the outbox and shipping's acknowledgements tell of an order's events. */
@Component
class Journeys {

    private record Answer(long orderSequence, String type, Instant receivedAt) {}

    private final JdbcTemplate jdbc;
    private final OutboxHistory history;

    Journeys(JdbcTemplate jdbc, OutboxHistory history) {
        this.jdbc = jdbc;
        this.history = history;
    }

    /** @param after only events above this sequence; -1 for all */
    @Transactional(readOnly = true)
    Journey of(UUID id, int limit, long after) {
        List<PastEvent> found = history.of(id.toString(), after, limit + 1);
        List<Answer> answers =
                jdbc.query("""
                SELECT order_sequence, type, received_at FROM orders.acknowledgement
                WHERE order_id = ? AND order_sequence > ? ORDER BY sequence
                """, (row, n) -> new Answer(row.getLong(1), row.getString(2), instant(row, 3)), id, after);
        List<Journey.Event> items =
                found.stream().limit(limit).map(event -> event(event, answers)).toList();
        return jdbc
                .query(
                        """
                        SELECT published_again, published_again_at, next_publishing_at FROM orders.orders WHERE id = ?
                        """,
                        (row, n) -> new Journey(
                                id,
                                items,
                                found.size() > limit ? items.get(limit - 1).sequence() : null,
                                row.getInt(1),
                                instant(row, 2),
                                instant(row, 3)),
                        id)
                .stream()
                .findFirst()
                .orElseThrow(() -> Orders.notFound(id));
    }

    private static Journey.Event event(PastEvent event, List<Answer> answers) {
        Answer answer = answers.stream()
                .filter(each -> each.orderSequence() >= event.sequence())
                .findFirst()
                .orElse(new Answer(event.sequence(), null, null));
        return new Journey.Event(
                event.sequence(),
                event.type(),
                event.id(),
                event.occurredAt(),
                earlier(event.publishedAt(), answer.orderSequence() == event.sequence() ? answer.receivedAt() : null),
                answer.receivedAt(),
                answer.type());
    }

    /** The outbox knows a moment later than shipping may answer; by the answer to it it was published in any case. */
    private static Instant earlier(Instant published, Instant answered) {
        if (published == null || answered == null) {
            return published == null ? answered : published;
        }
        return published.isBefore(answered) ? published : answered;
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
