package dev.waybill.orders.order;

import jakarta.persistence.Embeddable;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** Where an order is to be delivered. */
@Embeddable
record Address(
        @NotBlank @Size(max = 200) @PlainText String name,
        @NotBlank @Size(max = 200) @PlainText String street,
        @NotBlank @Size(max = 200) @PlainText String city,
        @NotBlank @Size(max = 20) @PlainText String postcode,
        @NotNull @CountryCode String country) {}
