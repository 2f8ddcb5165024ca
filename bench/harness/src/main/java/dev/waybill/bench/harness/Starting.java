package dev.waybill.bench.harness;

import java.util.List;
import java.util.Map;

/** Seconds from the start of a service's process to its readiness, alone beside the servers, with the sandbox's JVM options. */
final class Starting {

    private final Servers servers;
    private final Results results;
    private final Scale scale;

    Starting(Servers servers, Results results, Scale scale) {
        this.servers = servers;
        this.results = results;
        this.scale = scale;
    }

    static String first(String service) {
        return service + " first ready, s"; // makes its tables
    }

    static String ready(String service) {
        return service + " ready, s";
    }

    void measure() throws Exception {
        try (Services services = new Services(servers, false)) {
            for (String service : List.of(Services.ORDERS, Services.SHIPPING)) {
                results.add(SystemRounds.ENTRY, first(service), start(services, service));
                for (int i = 0; i < scale.starts(); i++) {
                    results.add(SystemRounds.ENTRY, ready(service), start(services, service));
                }
            }
        }
    }

    private static double start(Services services, String service) throws Exception {
        long begin = System.nanoTime();
        services.start(service, Services.SOON_READY, Map.of());
        double seconds = (System.nanoTime() - begin) / 1e9;
        services.stop();
        return seconds;
    }
}
