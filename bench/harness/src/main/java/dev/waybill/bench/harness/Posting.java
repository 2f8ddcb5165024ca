package dev.waybill.bench.harness;

import java.util.Map;

/**
 * Orders placed over HTTP beside plain JDBC that does the same SQL with as many connections as the service has, in turns.
 * Relay, shipping and carrier go on meanwhile; and how far they had come when the last order was placed, for who falls behind
 * takes less of the machine. In the end the same while shipping is away, as it may be at any time: what placing and relaying
 * take of the machine alone.
 */
final class Posting {

    static final String RATE = "POST /orders/s";
    static final String P50 = "POST /orders p50, ms";
    static final String P99 = "POST /orders p99, ms";
    static final String PLAIN = "plain JDBC/s";
    static final String RATIO = "POST /orders to plain";
    static final String RATE_ALONE = "POST /orders/s without shipping";
    static final String RATIO_ALONE = "POST /orders to plain, without shipping";
    static final String RELAYED = "% relayed by the end";
    static final String TAKEN = "% with shipping by the end";
    static final String BOOKED = "% booked by the end";

    static final int CLIENTS = 16;

    /** The service's own default, stated for both. */
    static final int CONNECTIONS = 10;

    private static final int TURNS = 2;
    private static final String YARDSTICK = "plain_orders";

    /** Of one of {@link Services#PARTS}. */
    static String cpu(String part) {
        return "CPU ms per POST /orders, " + part;
    }

    private final Servers servers;
    private final Results results;
    private final Scale scale;
    private final boolean record;

    Posting(Servers servers, Results results, Scale scale, boolean record) {
        this.servers = servers;
        this.results = results;
        this.scale = scale;
        this.record = record;
    }

    void measure() throws Exception {
        try (Services services = new Services(servers, record);
                InstantCarrier carrier = new InstantCarrier()) {
            Map<String, String> pool =
                    Map.of("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE", Integer.toString(CONNECTIONS));
            services.start(Services.ORDERS, Services.SOON_READY, pool);
            services.stop(); // the tables are there
            servers.execute("postgres", "CREATE DATABASE " + YARDSTICK + " TEMPLATE orders");
            try {
                services.start(Services.SHIPPING, Services.AS_IN_IMAGES, Map.of("SHIPPING_CARRIER_URL", carrier.url()));
                String url = services.start(Services.ORDERS, Services.AS_IN_IMAGES, pool)
                        .url("/orders");
                takeTurns(services, url);
            } finally {
                servers.dropDatabase(YARDSTICK);
            }
        }
    }

    private void takeTurns(Services services, String url) throws Exception {
        for (int i = 0; i < scale.orderBursts(); i++) { // see Writing for why in bursts
            Crowd.busy(CLIENTS, scale.warmUpSeconds(), () -> new Customer(url));
            calm(services);
            Machine.settle(scale.settleSeconds());
        }
        plain(scale.warmUpSeconds());
        double before = plain(scale.writeSeconds());
        for (int i = 0; i < TURNS; i++) {
            double rate = post(services, url);
            double after = plain(scale.writeSeconds());
            results.add(SystemRounds.ENTRY, PLAIN, (before + after) / 2);
            results.add(SystemRounds.ENTRY, RATIO, rate / ((before + after) / 2));
            before = after;
        }
        services.stop(Services.SHIPPING);
        double alone = place(url).perSecond();
        results.add(SystemRounds.ENTRY, RATE_ALONE, alone);
        results.add(SystemRounds.ENTRY, RATIO_ALONE, alone / before);
    }

    private double plain(int seconds) throws Exception {
        servers.execute("postgres", "CHECKPOINT");
        return Crowd.busy(CONNECTIONS, seconds, () -> new PlainOrders(servers.jdbcUrl(YARDSTICK)))
                .perSecond();
    }

    private double post(Services services, String url) throws Exception {
        long records = services.records(Services.ORDERS_TOPIC);
        double[] begin = services.cpuSeconds();
        Crowd.Tally tally = place(url);
        results.add(
                SystemRounds.ENTRY,
                RELAYED,
                100 * (services.records(Services.ORDERS_TOPIC) - records) / (double) tally.count());
        results.add(SystemRounds.ENTRY, TAKEN, 100 * (services.shipments("true") - records) / (double) tally.count());
        results.add(
                SystemRounds.ENTRY,
                BOOKED,
                100 * (services.shipments("status = 'BOOKED'") - records) / (double) tally.count());
        results.add(SystemRounds.ENTRY, RATE, tally.perSecond());
        results.add(SystemRounds.ENTRY, P50, tally.millis(50));
        results.add(SystemRounds.ENTRY, P99, tally.millis(99));
        calm(services);
        double[] end = services.cpuSeconds(); // up to where all is done that the orders cause
        for (int i = 0; i < end.length; i++) {
            results.add(SystemRounds.ENTRY, cpu(Services.PARTS.get(i)), (end[i] - begin[i]) / tally.count() * 1000);
        }
        return tally.perSecond();
    }

    private Crowd.Tally place(String url) throws Exception {
        servers.execute("postgres", "CHECKPOINT");
        return Crowd.busy(CLIENTS, scale.writeSeconds(), () -> new Customer(url));
    }

    /** Until every order knows that it is shipped: nothing is left to be done beside the plain. */
    private static void calm(Services services) throws Exception {
        Services.await(
                "orders not acknowledged",
                0,
                () -> services.count(
                        "orders", "SELECT count(*) FROM orders.orders WHERE next_publishing_at IS NOT NULL"));
    }
}
