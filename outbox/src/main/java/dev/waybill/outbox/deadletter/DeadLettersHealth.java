package dev.waybill.outbox.deadletter;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.dao.DataAccessException;

/** How many letters are open. Never DOWN: they hold up their own subjects, and are no reason to take the service out. */
final class DeadLettersHealth implements HealthIndicator {

    private final LetterQueries letters;

    DeadLettersHealth(LetterQueries letters) {
        this.letters = letters;
    }

    @Override
    public Health health() {
        LetterQueries.Counts counts;
        try {
            counts = letters.counts();
        } catch (DataAccessException e) {
            return Health.unknown().withDetail("database", e.toString()).build();
        }
        Health.Builder health =
                Health.up().withDetail("failed", counts.failed()).withDetail("waiting", counts.waiting());
        if (counts.oldest() != null) {
            health.withDetail("oldest", counts.oldest());
        }
        return health.build();
    }
}
