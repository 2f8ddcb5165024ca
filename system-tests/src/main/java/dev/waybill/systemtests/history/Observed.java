package dev.waybill.systemtests.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import java.util.List;
import java.util.UUID;

/**
 * What the system held after the round, as seen from outside: of each thing what matters to a judge.
 *
 * @param carrier the carrier's journal, in its order
 * @param orderEvents the records of {@value #ORDERS}, each partition in the order of its offsets
 * @param shipmentEvents likewise those of {@value #SHIPMENTS}
 */
public record Observed(
        List<Order> orders,
        List<Shipment> shipments,
        List<Carrier.Request> carrier,
        List<TopicRecord> orderEvents,
        List<TopicRecord> shipmentEvents,
        Relays relays,
        List<Letter> deadLetters) {

    /** The topic of the orders' events, which the shipping-service takes in. */
    public static final String ORDERS = "waybill.orders";

    /** The topic of the shipments' events, which the order-service takes in. */
    public static final String SHIPMENTS = "waybill.shipments";

    public static final String ORDER_SERVICE = "order-service";
    public static final String SHIPPING_SERVICE = "shipping-service";

    public Observed {
        orders = List.copyOf(orders);
        shipments = List.copyOf(shipments);
        carrier = List.copyOf(carrier);
        orderEvents = List.copyOf(orderEvents);
        shipmentEvents = List.copyOf(shipmentEvents);
        requireNonNull(relays, "relays");
        deadLetters = List.copyOf(deadLetters);
    }

    /** @param shipment null while shipping has not answered */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Order(UUID id, String status, Address deliveryAddress, Told shipment) {

        public Order {
            requireNonNull(id, "id");
        }
    }

    /** What an order was told of its shipment. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Told(String status, String trackingNumber) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Shipment(UUID orderId, String status, Address deliveryAddress, String trackingNumber) {

        public Shipment {
            requireNonNull(orderId, "orderId");
        }
    }

    public record Relays(Relay orders, Relay shipping) {

        public Relays {
            requireNonNull(orders, "orders");
            requireNonNull(shipping, "shipping");
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Relay(String state, List<JsonNode> holes, Lag lag, String lastError) {

        public Relay {
            holes = List.copyOf(holes);
            requireNonNull(lag, "lag");
        }
    }

    /** @param events not yet published */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Lag(long events) {}

    /** @param state FAILED and WAITING are open; APPLIED and DISCARDED are settled */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Letter(
            String service,
            long id,
            String state,
            String cause,
            String subject,
            Long sequence,
            String topic,
            int partition,
            long offset) {}
}
