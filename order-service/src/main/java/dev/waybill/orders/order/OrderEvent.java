package dev.waybill.orders.order;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the order-service tells others, on its topic ({@code waybill.orders}). The contract: {@code ce_subject} and the
 * key are the order's id, {@code ce_sequence} counts that order's events from 0 without gaps, and the data is the JSON
 * of these records, which may gain properties but never lose or change one. Amounts are strings with the currency's
 * decimals ({@code "19.99"}), times ISO 8601 in UTC.
 */
sealed interface OrderEvent {

    /** The {@code ce_type}. */
    String type();

    /** An order was placed; always the first event of its order. */
    record Placed(
            UUID orderId,
            String customerId,
            String currency,
            List<OrderLine> lines,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal total,
            Address deliveryAddress,
            Instant placedAt)
            implements OrderEvent {

        @Override
        public String type() {
            return "order.placed";
        }
    }

    /** The order is to be delivered elsewhere. */
    record Readdressed(UUID orderId, Address deliveryAddress) implements OrderEvent {

        @Override
        public String type() {
            return "order.readdressed";
        }
    }

    /** The order is not to be delivered, if that can still be helped. */
    record CancellationRequested(UUID orderId) implements OrderEvent {

        @Override
        public String type() {
            return "order.cancellation-requested";
        }
    }
}
