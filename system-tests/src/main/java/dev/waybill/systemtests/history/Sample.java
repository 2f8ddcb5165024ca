package dev.waybill.systemtests.history;

/**
 * How it stood at a moment. Null: not to be had then.
 *
 * @param at ms since the round began
 * @param ordersBacklog events that the order-service's relay has yet to publish, as {@code shippingBacklog}
 * @param breaker state of the carrier's circuit breaker
 * @param waiting shipments that wait for the carrier
 * @param acknowledged orders that clients were told of so far
 */
public record Sample(
        long at, Long ordersBacklog, Long shippingBacklog, String breaker, Long waiting, long acknowledged) {}
