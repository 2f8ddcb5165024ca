package dev.waybill.orders.order;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;

/** Some orders, newest first, and where the next page begins. */
record OrderPage(
        List<OrderView> items,

        @Schema(description = "To be given back as `after`; null on the last page")
        UUID next) {}
