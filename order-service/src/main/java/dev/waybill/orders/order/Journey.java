package dev.waybill.orders.order;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** How far an order's events have got. */
record Journey(
        UUID orderId,
        List<Event> items,

        @Schema(description = "To be given back as `after`; null on the last page")
        Long next,

        @Schema(description = "How often its events were published again, as shipping had not acknowledged the latest")
        int publishedAgain,

        Instant publishedAgainAt,

        @Schema(description = "When they are published again; null where nothing is waited for")
        Instant nextPublishingAt) {

    @Schema(name = "JourneyEvent")
    record Event(
            @Schema(description = "Counts the order's events from 0")
            long sequence,

            @Schema(example = "order.placed") String type,

            @Schema(description = "The `ce_id` on the topic")
            UUID id,

            Instant writtenAt,

            @Schema(description = "By when it was on the topic; null if it is not yet")
            Instant publishedAt,

            @Schema(description = "When shipping's first outcome came that answers it; null while none has")
            Instant acknowledgedAt,

            @Schema(description = "That outcome", example = "shipment.booked")
            String acknowledgement) {}
}
