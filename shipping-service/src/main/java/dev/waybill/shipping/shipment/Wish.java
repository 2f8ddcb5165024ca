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
 * @param trace the last one's W3C {@code traceparent}, which the answer goes on with; or null
 */
record Wish(UUID orderId, long version, Address placed, Address address, boolean cancelled, String trace) {

    static Wish placed(UUID orderId, long version, Address address, String trace) {
        return new Wish(orderId, version, address, address, false, trace);
    }

    static Wish readdressed(UUID orderId, long version, Address address, String trace) {
        return new Wish(orderId, version, null, address, false, trace);
    }

    static Wish cancelled(UUID orderId, long version, String trace) {
        return new Wish(orderId, version, null, null, true, trace);
    }

    /** The two as one. */
    Wish then(Wish later) {
        return new Wish(
                orderId,
                later.version,
                placed,
                later.address != null ? later.address : address,
                later.cancelled,
                later.trace);
    }
}
