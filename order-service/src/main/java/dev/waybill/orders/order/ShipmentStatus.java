package dev.waybill.orders.order;

/** Where a shipment is, by what shipping has told last. */
enum ShipmentStatus {
    AWAITING_CARRIER("shipment.awaiting", null),
    BOOKED("shipment.booked", OrderStatus.CONFIRMED),
    REFUSED("shipment.refused", OrderStatus.REJECTED),
    CANCELLED("shipment.cancelled", OrderStatus.CANCELLED);

    private final String eventType;
    private final OrderStatus outcome;

    ShipmentStatus(String eventType, OrderStatus outcome) {
        this.eventType = eventType;
        this.outcome = outcome;
    }

    /** The {@code ce_type} of the event that tells of it. */
    String eventType() {
        return eventType;
    }

    /** What becomes of the order by it, or null while that is open. */
    OrderStatus outcome() {
        return outcome;
    }
}
