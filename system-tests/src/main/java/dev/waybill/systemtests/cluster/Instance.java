package dev.waybill.systemtests.cluster;

import dev.waybill.sandbox.JavaService;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.wire.Link;
import java.io.IOException;
import java.util.List;

/**
 * One process of a service, and the links by which it reaches the servers.
 *
 * @param service {@code order-service} or {@code shipping-service}
 * @param carrier null for who does not speak to it
 */
public record Instance(
        String service, JavaService process, int port, int managementPort, Link postgres, Link kafka, Link carrier) {

    public static final String ORDERS = "order-service";
    public static final String SHIPPING = "shipping-service";

    /** {@code order-service-2}, say. */
    public String name() {
        return process.name();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    public String actuator(String path) {
        return "http://127.0.0.1:" + managementPort + "/actuator" + path;
    }

    /** The one to this server. */
    public Link link(Part server) {
        return switch (server) {
            case POSTGRES -> postgres;
            case KAFKA -> kafka;
            case CARRIER -> carrier;
            default -> throw new IllegalArgumentException(server + " is no server");
        };
    }

    public List<Link> links() {
        return carrier == null ? List.of(postgres, kafka) : List.of(postgres, kafka, carrier);
    }

    public boolean isReady() {
        try {
            return Http.get(actuator("/health/readiness")).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
