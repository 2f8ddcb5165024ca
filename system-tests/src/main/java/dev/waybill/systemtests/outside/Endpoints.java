package dev.waybill.systemtests.outside;

import java.io.IOException;

/** Where the parts of a running system are reached, however it was started. */
public interface Endpoints {

    /** The number that a port of 127.0.0.1 has here. */
    int port(Port port);

    default String orders() {
        return url(Port.ORDER_SERVICE, "/orders");
    }

    default String shipments() {
        return url(Port.SHIPPING_SERVICE, "/shipments");
    }

    default String carrier() {
        return url(Port.CARRIER, "");
    }

    /** A service's management port. */
    default String actuator(Part service) {
        return url(Port.valueOf(service.name() + "_MANAGEMENT"), "/actuator");
    }

    /** The superuser's password. */
    default String password() {
        return "postgres";
    }

    /** A service's database, for the superuser. */
    default String jdbc(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&password=%s"
                .formatted(port(Port.POSTGRES), database, password());
    }

    default String kafka() {
        return "127.0.0.1:" + port(Port.KAFKA);
    }

    private String url(Port port, String path) {
        return "http://127.0.0.1:" + port(port) + path;
    }

    /** Whether a service says that it is ready. */
    default boolean isReady(Part service) {
        try {
            return Http.get(actuator(service) + "/health/readiness").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    default boolean isReady() {
        return isReady(Part.ORDER_SERVICE) && isReady(Part.SHIPPING_SERVICE);
    }
}
