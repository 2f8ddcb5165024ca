package dev.waybill.systemtests.outside;

import com.fasterxml.jackson.databind.JsonNode;

public record Address(String name, String street, String city, String postcode, String country) {

    /** One that is told from others by its number. */
    public static Address number(int number) {
        return new Address("Ada Lovelace", number + " St James's Square", "London", "SW1Y 4JH", "GB");
    }

    public static Address of(JsonNode json) {
        return Http.JSON.convertValue(json, Address.class);
    }
}
