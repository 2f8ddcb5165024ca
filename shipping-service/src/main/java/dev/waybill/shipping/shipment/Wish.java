package dev.waybill.shipping.shipment;

import dev.waybill.shipping.Address;
import java.util.UUID;

/**
 * What an order's events, taken together, want of its shipment.
 *
 * @param version the sequence of the last of them
 * @param placed where to the order was placed, or null if it is known already
 * @param address where to it is to go now; null where that does not change
 * @param cancelled whether the last of them wants it no more
 */
record Wish(UUID orderId, long version, Address placed, Address address, boolean cancelled) {

    static Wish placed(UUID orderId, long version, Address address) {
        return new Wish(orderId, version, address, address, false);
    }

    static Wish readdressed(UUID orderId, long version, Address address) {
        return new Wish(orderId, version, null, address, false);
    }

    static Wish cancelled(UUID orderId, long version) {
        return new Wish(orderId, version, null, null, true);
    }

    /** The two as one. */
    Wish then(Wish later) {
        return new Wish(
                orderId, later.version, placed, later.address != null ? later.address : address, later.cancelled);
    }
}
