package dev.waybill.orders.order;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An order as clients see it. */
@Schema(name = "Order")
record OrderView(
        UUID id,
        String customerId,
        OrderStatus status,

        @Schema(description = "Changes whenever the order does; also its ETag")
        long version,

        String currency,
        List<OrderLine> lines,

        @Schema(type = "string", example = "39.98") @JsonFormat(shape = JsonFormat.Shape.STRING)
        BigDecimal total,

        Address deliveryAddress,

        @Schema(description = "Null until shipping has answered")
        Shipment shipment,

        Instant placedAt,
        Instant updatedAt) {

    String etag() {
        return "\"" + version + "\"";
    }
}
