package dev.waybill.orders.order;

import java.util.UUID;

/**
 * What shipping has made of an order.
 *
 * @param sequence of shipping's event
 * @param orderSequence the latest event of the order that this answers, and with it all earlier ones
 */
record Acknowledgement(UUID orderId, long sequence, long orderSequence, Shipment shipment) {

    /** Whether shipping has acted; else it has only taken the order in. */
    boolean isOutcome() {
        return shipment.status().outcome() != null;
    }
}
