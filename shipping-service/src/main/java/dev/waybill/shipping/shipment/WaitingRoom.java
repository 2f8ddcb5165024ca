package dev.waybill.shipping.shipment;

import dev.waybill.shipping.ShippingProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Where orders wait for the carrier: the shipments that it has yet to answer for, in the database, up to a limit. Beyond
 * it orders stay in Kafka. A full waiting room is shown and is no reason to be DOWN: there is nothing wrong here.
 */
@Component
class WaitingRoom extends AbstractHealthIndicator implements MeterBinder {

    private final Shipments shipments;
    private final int limit;

    WaitingRoom(Shipments shipments, ShippingProperties properties) {
        super("the waiting room cannot be looked into");
        this.shipments = shipments;
        this.limit = properties.waitingRoom();
    }

    int free() {
        return limit - shipments.waiting(limit);
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        int waiting = shipments.waiting(limit);
        builder.up().withDetail("waiting", waiting).withDetail("limit", limit).withDetail("full", waiting >= limit);
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("shipping.waiting", this, WaitingRoom::waitingOrUnknown)
                .description("Shipments that wait for the carrier, counted up to shipping.waiting-room")
                .register(meters);
    }

    private double waitingOrUnknown() {
        try {
            return shipments.waiting(limit);
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }
}
