package dev.waybill.outbox.relay;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.dao.DataAccessException;

/**
 * DOWN when an event cannot be published, or the broker lets nothing be published, and somebody is needed. Trouble that
 * passes is a detail: it is no reason to take the service out.
 */
final class RelayHealth implements HealthIndicator {

    private final RelayStatus status;
    private final RelayOperations operations;

    RelayHealth(RelayStatus status, RelayOperations operations) {
        this.status = status;
        this.operations = operations;
    }

    @Override
    public Health health() {
        RelayOperations.View view;
        try {
            view = operations.view();
        } catch (DataAccessException e) {
            return Health.unknown().withDetail("database", e.toString()).build();
        }
        Health.Builder health = view.stopped() == null && !status.refused() ? Health.up() : Health.down();
        health.withDetail("state", RelayEndpoint.state(status, view))
                .withDetail("position", view.position())
                .withDetail("lag", view.lag());
        if (view.stopped() != null) {
            health.withDetail("stopped", view.stopped());
        }
        if (status.lastError() != null) {
            health.withDetail("lastError", status.lastError());
        }
        return health.build();
    }
}
