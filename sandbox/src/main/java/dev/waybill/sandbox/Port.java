package dev.waybill.sandbox;

import java.util.Locale;

/** A port of 127.0.0.1 that the sandbox takes, and how a user chooses another. */
enum Port {
    ORDER_SERVICE(8080),
    ORDER_SERVICE_MANAGEMENT(9080),
    SHIPPING_SERVICE(8081),
    SHIPPING_SERVICE_MANAGEMENT(9081),
    CARRIER(8090),
    POSTGRES(15432),
    KAFKA(9092);

    private final int usual;

    Port(int usual) {
        this.usual = usual;
    }

    int usual() {
        return usual;
    }

    /** What listens there, for people. */
    String owner() {
        return name().toLowerCase(Locale.ROOT).replace("_service", "-service").replace('_', ' ');
    }

    String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "-port";
    }

    String variable() {
        return "WAYBILL_" + name() + "_PORT";
    }
}
