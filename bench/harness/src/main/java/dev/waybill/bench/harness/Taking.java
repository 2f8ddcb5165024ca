package dev.waybill.bench.harness;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What shipping does with a topic full of new orders: it takes them in while the carrier is away, then books them, each at
 * the rate at which it is committed. The order-service has but filled the topic.
 */
final class Taking {

    static final String INTAKE = "events taken in/s";
    static final String BOOKINGS = "bookings/s";

    private static final String ONE_ORDER = """
            INSERT INTO outbox.event (id, source, subject, sequence, type, payload, headers)
            SELECT gen_random_uuid(), source, new.id, sequence, type, replace(payload::text, subject, new.id)::json, headers
            FROM (SELECT * FROM outbox.event ORDER BY position LIMIT 1) AS model,
                -- of version 7, as the service's
                (SELECT (lpad(to_hex((1000 * extract(epoch FROM now()))::bigint + number / 10), 12, '0')
                    || '7' || substr(random, 1, 3) || '8' || substr(random, 4, 15))::uuid::text AS id
                 FROM (SELECT number, md5(number || 'of' || random()) AS random
                       FROM generate_series(1, %d) AS number) AS numbered ORDER BY number) AS new
            """;

    /** Of one of {@link Services#PARTS}. */
    static String intakeCpu(String part) {
        return "CPU ms per event taken in, " + part;
    }

    static String bookingCpu(String part) {
        return "CPU ms per booking, " + part;
    }

    private final Servers servers;
    private final Results results;
    private final Scale scale;
    private final boolean record;

    Taking(Servers servers, Results results, Scale scale, boolean record) {
        this.servers = servers;
        this.results = results;
        this.scale = scale;
        this.record = record;
    }

    void measure() throws Exception {
        try (Services services = new Services(servers, record);
                InstantCarrier carrier = new InstantCarrier()) {
            Services.Service orders = services.start(
                    Services.ORDERS,
                    Services.AS_IN_IMAGES,
                    Map.of(
                            "WAYBILL_OUTBOX_INBOX_ENABLED", "false",
                            // so none is acknowledged, and none is to be published again for that
                            "ORDERS_ACKNOWLEDGEMENT_TIMEOUT", "1h",
                            "ORDERS_ACKNOWLEDGEMENT_LONGEST_TIMEOUT", "1h"));
            Services.Service shipping = services.start(
                    Services.SHIPPING,
                    Services.AS_IN_IMAGES,
                    Map.of(
                            "SHIPPING_CARRIER_URL",
                            carrier.url(),
                            "SHIPPING_WAITING_ROOM",
                            Integer.toString(10 * scale.taken()),
                            // What is asked while the carrier is away must not be waited for in the end, ...
                            "SHIPPING_RECONCILER_LONGEST_BACK_OFF",
                            "1s",
                            // ... nor is it measured how orders are told that they wait.
                            "SHIPPING_RECONCILER_AWAITING_AFTER",
                            "1h"));
            try (Customer customer = new Customer(orders.url("/orders"))) {
                customer.act(); // the others are made after its model
            }
            long all = 1;
            for (int i = 0; i <= scale.warmUpBursts(); i++) {
                boolean measured = i == scale.warmUpBursts();
                int events = measured ? scale.taken() : scale.taken() / 10;
                carrier.away(true);
                fill(services, shipping, all, events);
                double[] begin = services.cpuSeconds();
                double taken = takenPerSecond(services, shipping, all, events);
                double[] half = services.cpuSeconds();
                carrier.away(false);
                double booked = bookedPerSecond(services, carrier, events);
                double[] end = services.cpuSeconds();
                all += events;
                if (measured) {
                    results.add(SystemRounds.ENTRY, INTAKE, taken);
                    results.add(SystemRounds.ENTRY, BOOKINGS, booked);
                    tellCpu(Taking::intakeCpu, begin, half, events);
                    tellCpu(Taking::bookingCpu, half, end, events);
                }
            }
        }
    }

    private void tellCpu(UnaryOperator<String> name, double[] begin, double[] end, int events) {
        for (int i = 0; i < end.length; i++) {
            results.add(SystemRounds.ENTRY, name.apply(Services.PARTS.get(i)), (end[i] - begin[i]) / events * 1000);
        }
    }

    /** While shipping is frozen: so it is warm when the topic is full. */
    private void fill(Services services, Services.Service shipping, long before, int events) throws Exception {
        Services.await("shipments", before, () -> services.shipments("true"));
        shipping.process().pause();
        servers.execute("orders", ONE_ORDER.formatted(events));
        Services.await("records", before + events, () -> services.records(Services.ORDERS_TOPIC));
        Machine.settle(scale.settleSeconds());
        servers.execute("postgres", "CHECKPOINT");
    }

    private double takenPerSecond(Services services, Services.Service shipping, long before, int events)
            throws Exception {
        shipping.process().resume();
        long begin = 0;
        long first = 0;
        for (long taken = services.taken(); taken < before + events; taken = services.taken()) {
            if (first == 0 && taken > before) {
                begin = System.nanoTime();
                first = taken;
            }
            Thread.sleep(20); // to ask takes some of the machine too
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (services.shipments("true") != before + events) {
            throw new IllegalStateException("not all events are shipments");
        }
        return (before + events - first) / seconds;
    }

    private static double bookedPerSecond(Services services, InstantCarrier carrier, int events) throws Exception {
        long begun = carrier.booked() + events / 10;
        long all = carrier.booked() + events;
        while (carrier.booked() < begun) {
            Thread.sleep(1);
        }
        long begin = System.nanoTime();
        while (carrier.booked() < all) {
            Thread.sleep(5);
        }
        Services.await("shipments not booked", 0, () -> services.shipments("status <> 'BOOKED'"));
        return 0.9 * events / ((System.nanoTime() - begin) / 1e9);
    }
}
