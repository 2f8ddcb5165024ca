package dev.waybill.orders.idempotency;

import dev.waybill.orders.OrdersProperties;
import java.time.Duration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Removes the keys that nobody will come back with, in chunks small enough to disturb nobody. */
@Component
class Forgetting {

    private static final int CHUNK = 1_000;

    private static final String DELETE = """
            DELETE FROM orders.idempotency_key
            WHERE key IN (SELECT key FROM orders.idempotency_key
                          WHERE created_at < now() - make_interval(secs => ?)
                          ORDER BY created_at LIMIT ?)
            """;

    private final JdbcTemplate jdbc;
    private final Duration keepFor;

    Forgetting(JdbcTemplate jdbc, OrdersProperties properties) {
        this.jdbc = jdbc;
        this.keepFor = properties.idempotency().keepFor();
    }

    @Scheduled(fixedDelayString = "${orders.idempotency.clean-every}")
    void removeOldKeys() {
        int removed;
        do {
            removed = jdbc.update(DELETE, keepFor.toSeconds(), CHUNK);
        } while (removed == CHUNK);
    }
}
