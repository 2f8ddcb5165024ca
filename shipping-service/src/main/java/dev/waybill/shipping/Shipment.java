package dev.waybill.shipping;

import java.time.Instant;
import java.util.UUID;

/**
 * One order's shipment, as it is shown.
 *
 * @param attempts calls to the carrier so far that were answered by no answer
 * @param nextAttemptAt when the carrier is asked next, or null
 * @param lastError why the last attempt failed or the carrier refused, or null
 */
record Shipment(
        UUID orderId,
        Status status,
        Address deliveryAddress,
        String trackingNumber,
        int attempts,
        Instant nextAttemptAt,
        String lastError,
        Instant updatedAt) {

    enum Status {
        AWAITING_CARRIER,
        BOOKED,
        REFUSED,
        CANCELLED
    }
}
