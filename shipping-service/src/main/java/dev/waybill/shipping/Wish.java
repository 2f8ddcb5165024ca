package dev.waybill.shipping;

import java.util.UUID;

/**
 * What an order's events, taken together, want of its shipment.
 *
 * @param placed whether the order itself is among them, so that the shipment is new
 * @param address null where it does not change
 * @param cancelled whether it is wanted no more
 */
record Wish(UUID orderId, boolean placed, Address address, boolean cancelled) {

    static Wish placed(UUID orderId, Address address) {
        return new Wish(orderId, true, address, false);
    }

    static Wish readdressed(UUID orderId, Address address) {
        return new Wish(orderId, false, address, false);
    }

    static Wish cancelled(UUID orderId) {
        return new Wish(orderId, false, null, true);
    }

    /** The two as one. */
    Wish then(Wish later) {
        return new Wish(
                orderId,
                placed || later.placed,
                later.address != null ? later.address : address,
                cancelled || later.cancelled);
    }
}
