package dev.waybill.orders.order;

/**
 * Where an order is: PLACED → CONFIRMED | REJECTED by shipping's answer; CANCELLING → CANCELLED likewise, or back to
 * CONFIRMED where the carrier would not cancel.
 */
enum OrderStatus {
    PLACED,
    CONFIRMED,
    REJECTED,
    CANCELLING,
    CANCELLED
}
