package dev.waybill.shipping;

/** Where a shipment is to go. {@code country} is ISO 3166-1 alpha-2. */
public record Address(String name, String street, String city, String postcode, String country) {}
