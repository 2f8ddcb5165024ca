package dev.waybill.shipping.shipment;

import dev.waybill.shipping.Address;
import java.util.UUID;

/**
 * What the shipping-service answers to an order's events, on its topic ({@code waybill.shipments}). The contract:
 * {@code ce_subject} and the key are the order's id, {@code ce_sequence} counts the answers to that order from 0 without
 * gaps, and the data is the JSON of these records, which may gain properties but never lose or change one.
 *
 * <p>{@code orderSequence} is the {@code ce_sequence} of the order's latest event that the answer takes into account: it
 * acknowledges all up to it. An answer may be given again, under another sequence, when an event comes again.
 */
sealed interface ShipmentEvent {

    UUID orderId();

    /** The {@code ce_type}. */
    String type();

    /** The order is here; its outcome takes longer, for the reason given. */
    record Awaiting(UUID orderId, long orderSequence, String reason) implements ShipmentEvent {
        @Override
        public String type() {
            return "shipment.awaiting";
        }
    }

    /** The carrier has it, to this address. {@code reason}: why a later wish was not met, or null. */
    record Booked(UUID orderId, long orderSequence, String trackingNumber, Address deliveryAddress, String reason)
            implements ShipmentEvent {
        @Override
        public String type() {
            return "shipment.booked";
        }
    }

    /** The carrier will not take it, and has no booking of it. */
    record Refused(UUID orderId, long orderSequence, String reason) implements ShipmentEvent {
        @Override
        public String type() {
            return "shipment.refused";
        }
    }

    /** The carrier has no booking of it, as was wanted. */
    record Cancelled(UUID orderId, long orderSequence) implements ShipmentEvent {
        @Override
        public String type() {
            return "shipment.cancelled";
        }
    }
}
