package dev.waybill.shipping.shipment;

import dev.waybill.shipping.Address;
import java.time.Instant;
import java.util.UUID;

/**
 * One order's shipment, as it is shown.
 *
 * @param attempts how often the carrier was asked what it was asked last
 * @param nextAttemptAt when the carrier is asked next, or null: there is nothing to ask
 * @param lastError why there is no answer yet, or why the carrier refused; null if all is well
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
        /** Something is yet to be asked of the carrier, or it has not answered. */
        AWAITING_CARRIER,
        /** The carrier has it, as wanted. */
        BOOKED,
        /** The carrier will not take it. */
        REFUSED,
        /** The carrier has no booking of it, as wanted. */
        CANCELLED
    }

    /** @param until null if that is not known */
    Shipment whileAway(String cause, Instant until) {
        if (status != Status.AWAITING_CARRIER) {
            return this;
        }
        boolean later = until != null && nextAttemptAt != null && until.isAfter(nextAttemptAt);
        return new Shipment(
                orderId,
                status,
                deliveryAddress,
                trackingNumber,
                attempts,
                later ? until : nextAttemptAt,
                lastError == null ? cause : lastError,
                updatedAt);
    }
}
