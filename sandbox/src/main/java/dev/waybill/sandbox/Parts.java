package dev.waybill.sandbox;

import static dev.waybill.sandbox.Port.CARRIER;
import static dev.waybill.sandbox.Port.KAFKA;
import static dev.waybill.sandbox.Port.ORDER_SERVICE;
import static dev.waybill.sandbox.Port.ORDER_SERVICE_MANAGEMENT;
import static dev.waybill.sandbox.Port.POSTGRES;
import static dev.waybill.sandbox.Port.SHIPPING_SERVICE;
import static dev.waybill.sandbox.Port.SHIPPING_SERVICE_MANAGEMENT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The five parts of the sandbox and how they know of each other. */
record Parts(
        PostgresServer postgres,
        KafkaServer kafka,
        CarrierServer carrier,
        JavaService orderService,
        JavaService shippingService) {

    static Parts of(Path project, Home home, Options options) {
        PostgresServer postgres = new PostgresServer(home, options.port(POSTGRES));
        KafkaServer kafka = new KafkaServer(home, options.port(KAFKA));
        CarrierServer carrier = new CarrierServer(
                home, options.port(CARRIER), project.resolve("sandbox").resolve("carrier"));

        Map<String, String> forOrders = new HashMap<>(JavaService.database(postgres.jdbcUrl("orders"), "orders"));
        forOrders.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap());
        Map<String, String> forShipping = new HashMap<>(JavaService.database(postgres.jdbcUrl("shipping"), "shipping"));
        forShipping.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap());
        forShipping.put("SHIPPING_CARRIER_URL", carrier.url());

        return new Parts(
                postgres,
                kafka,
                carrier,
                new JavaService(
                        "order-service",
                        home,
                        jar(project, "order-service"),
                        options.port(ORDER_SERVICE),
                        options.port(ORDER_SERVICE_MANAGEMENT),
                        forOrders),
                new JavaService(
                        "shipping-service",
                        home,
                        jar(project, "shipping-service"),
                        options.port(SHIPPING_SERVICE),
                        options.port(SHIPPING_SERVICE_MANAGEMENT),
                        forShipping));
    }

    /** In the order in which they are started; they are stopped in the other. */
    List<Part> all() {
        return List.of(postgres, kafka, carrier, orderService, shippingService);
    }

    private static Path jar(Path project, String service) {
        Path jar = project.resolve(service).resolve("target").resolve(service + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new SandboxException(jar + " is missing. ./run builds it; by hand it is: mvn -DskipTests package");
        }
        return jar;
    }
}
