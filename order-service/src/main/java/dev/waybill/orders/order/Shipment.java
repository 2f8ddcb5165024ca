package dev.waybill.orders.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;

/** An order's shipment, as shipping has told of it last. */
@Embeddable
record Shipment(
        @Column(name = "shipment_status") @Enumerated(EnumType.STRING)
        ShipmentStatus status,

        String trackingNumber,

        @Schema(description = "Why it waits for the carrier, or why that refused what was wanted; else left out")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Column(name = "shipment_reason")
        String reason) {}
