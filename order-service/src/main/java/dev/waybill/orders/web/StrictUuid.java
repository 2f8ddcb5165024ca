package dev.waybill.orders.web;

import java.util.UUID;
import org.springframework.core.convert.converter.Converter;
import org.springframework.stereotype.Component;

/** {@link UUID#fromString} also takes {@code 1-1-1-1-1}; an id has one spelling only. */
@Component
class StrictUuid implements Converter<String, UUID> {

    private static final int LENGTH = 36;

    @Override
    public UUID convert(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() != LENGTH) {
            throw new IllegalArgumentException("not a UUID");
        }
        return UUID.fromString(text);
    }
}
