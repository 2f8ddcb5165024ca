package dev.waybill.sandbox;

import java.time.Duration;

/** What the user reads when everything is up. */
final class Welcome {
    private Welcome() {}

    static String text(Options options, Home home, Duration took) {
        return """

                Everything is up after %d s.
                  order-service     http://127.0.0.1:%d   management http://127.0.0.1:%d/actuator
                  shipping-service  http://127.0.0.1:%d   management http://127.0.0.1:%d/actuator
                  carrier           http://127.0.0.1:%d   (WireMock, admin under /__admin)
                  postgres          127.0.0.1:%d, databases orders and shipping, user and password postgres
                  kafka             127.0.0.1:%d
                  files             %s: data/, logs/NAME.log, run/NAME.pid

                Try:
                  curl -i http://127.0.0.1:%d/orders -H 'Content-Type: application/json' -d '{"customerId":"c-1","currency":"EUR","lines":[{"sku":"A-1","quantity":2,"unitPrice":"19.99"}],"deliveryAddress":{"name":"Ada Lovelace","street":"12 St James Square","city":"London","postcode":"SW1Y 4JH","country":"GB"}}'
                  curl -s http://127.0.0.1:%d/orders/ID        # with the id of the answer above
                  curl -s http://127.0.0.1:%d/shipments/ID

                Kill what you like, e.g. kill -9 $(cat %s): it is started again.
                Ctrl-C stops everything and keeps the data; ./run --fresh begins empty.""".formatted(
                        took.toSeconds(),
                        options.port(Port.ORDER_SERVICE),
                        options.port(Port.ORDER_SERVICE_MANAGEMENT),
                        options.port(Port.SHIPPING_SERVICE),
                        options.port(Port.SHIPPING_SERVICE_MANAGEMENT),
                        options.port(Port.CARRIER),
                        options.port(Port.POSTGRES),
                        options.port(Port.KAFKA),
                        home.dir(),
                        options.port(Port.ORDER_SERVICE),
                        options.port(Port.ORDER_SERVICE),
                        options.port(Port.SHIPPING_SERVICE),
                        home.pid("order-service"));
    }
}
