package dev.waybill.orders.order;

import static java.util.stream.Collectors.toCollection;

import dev.waybill.orders.OrdersProperties;
import dev.waybill.outbox.Republishing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Tells shipping again what it has not acknowledged in time: the same events, with the same ids. Shipping drops what it
 * knows, and answers it with its acknowledgement again. The wait doubles from time to time, up to a longest one.
 *
 * <p>It asks about few at a time, and about more as soon as there are answers: shipping that is only behind has the first
 * events still to read, and everything published again would be more to read before the orders that wait.
 *
 * <p>An order whose events are not all published yet, or wait to be published again already, is only waited for longer. So
 * is one whose answer has come and is in the dead letters here: to ask again would only add to them.
 */
@Component
class PublishingAgain {

    private static final Logger log = LoggerFactory.getLogger(PublishingAgain.class);

    /** Most orders published again within the timeout and not acknowledged yet; by each instance, if they look at once. */
    private static final int MOST_UNANSWERED = 500;

    private static final String DUE = """
            SELECT id FROM orders.orders WHERE next_publishing_at <= now()
            ORDER BY next_publishing_at
            LIMIT greatest(0, ? - (SELECT count(*) FROM orders.orders
                WHERE next_publishing_at IS NOT NULL AND published_again_at > now() - make_interval(secs => ?)))
            FOR UPDATE SKIP LOCKED -- another instance has those
            """;

    private static final String WAIT = """
            UPDATE orders.orders o SET
                timeouts = timeouts + 1,
                next_publishing_at = now() + make_interval(secs => least(? * power(2, least(timeouts + 1, 30)), ?)),
                published_again = published_again + due.again::int,
                published_again_at = CASE WHEN due.again THEN now() ELSE published_again_at END
            FROM unnest(?::uuid[], ?::boolean[]) AS due(id, again)
            WHERE o.id = due.id
            """;

    private static final String UNACKNOWLEDGED = """
            SELECT count(*) FROM orders.orders
            WHERE next_publishing_at IS NOT NULL AND (timeouts > 0 OR next_publishing_at <= now())
            """;

    private static final String ANSWERED_IN_VAIN = """
            SELECT DISTINCT subject FROM outbox.dead_letter
            WHERE subject = ANY (?) AND topic = ? AND state IN ('WAITING', 'FAILED')
            """;

    private final JdbcTemplate jdbc;
    private final Republishing republishing;
    private final TransactionOperations transaction;
    private final Duration timeout;
    private final Duration longestTimeout;
    private final Counter publishedAgain;
    private volatile boolean inTrouble;

    PublishingAgain(
            JdbcTemplate jdbc,
            Republishing republishing,
            TransactionOperations transaction,
            OrdersProperties properties,
            MeterRegistry meters) {
        this.jdbc = jdbc;
        this.republishing = republishing;
        this.transaction = transaction;
        this.timeout = properties.acknowledgementTimeout();
        this.longestTimeout = properties.acknowledgementLongestTimeout();
        this.publishedAgain = Counter.builder("orders.published.again")
                .description("Orders whose events this instance had published again, unacknowledged in time")
                .register(meters);
        Gauge.builder("orders.unacknowledged", this, PublishingAgain::unacknowledged)
                .description("Orders whose latest event is not acknowledged in time")
                .register(meters);
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.SECONDS)
    void publishAgain() {
        try {
            Chunk chunk;
            do {
                chunk = transaction.execute(status -> chunk());
                publishedAgain.increment(chunk.again());
            } while (chunk.due() > chunk.again()); // those that are only waited for longer leave room for others
            inTrouble = false;
        } catch (RuntimeException e) { // once, not every second
            if (!inTrouble) {
                log.warn("Unacknowledged orders are looked for again when this is over: {}", e.toString());
            }
            inTrouble = true;
        }
    }

    /** @param again how many of those that were due are published again */
    record Chunk(int due, int again) {}

    private Chunk chunk() {
        List<UUID> due = jdbc.queryForList(DUE, UUID.class, MOST_UNANSWERED, timeout.toMillis() / 1e3);
        if (due.isEmpty()) {
            return new Chunk(0, 0);
        }
        List<String> subjects = due.stream().map(UUID::toString).collect(toCollection(ArrayList::new));
        subjects.removeAll(Set.copyOf(jdbc.queryForList(
                ANSWERED_IN_VAIN, String.class, subjects.toArray(String[]::new), ShipmentEvents.TOPIC)));
        Set<String> again = republishing.request(subjects, "order-service: not acknowledged in time");
        jdbc.update(
                WAIT,
                timeout.toMillis() / 1e3,
                longestTimeout.toMillis() / 1e3,
                due.toArray(UUID[]::new),
                due.stream().map(id -> again.contains(id.toString())).toArray(Boolean[]::new));
        return new Chunk(due.size(), again.size());
    }

    /** Read from the database when a scrape asks, by every instance alike; unknown while the database is away. */
    private double unacknowledged() {
        try {
            return jdbc.queryForObject(UNACKNOWLEDGED, Long.class);
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }
}
