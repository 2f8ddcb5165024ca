package dev.waybill.orders.order;

/**
 * Where an order is: PLACED → CONFIRMED | REJECTED by shipping's answer, CONFIRMED → REJECTED where its new address is refused;
 * CANCELLING → CANCELLED, or back to CONFIRMED where the carrier would not cancel.
 */
enum OrderStatus {
    PLACED,
    CONFIRMED,
    REJECTED,
    CANCELLING,
    CANCELLED
}
