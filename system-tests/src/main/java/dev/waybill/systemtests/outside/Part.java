package dev.waybill.systemtests.outside;

import java.util.Locale;

/** A process of the system, by the name that its pid file and its log have. */
public enum Part {
    POSTGRES,
    KAFKA,
    CARRIER,
    ORDER_SERVICE,
    SHIPPING_SERVICE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
