package dev.waybill.orders.order;

/** Where an order is: PLACED → CONFIRMED | REJECTED by shipping's answer; CANCELLING → CANCELLED likewise. */
enum OrderStatus {
    PLACED,
    CONFIRMED,
    REJECTED,
    CANCELLING,
    CANCELLED
}
