package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The carrier is there, and of no use. */
final class CarrierFaults {

    private static final int FLAP_MILLIS = 700;

    private CarrierFaults() {}

    /** @param state {@code down} or {@code slow} */
    static Fault state(Cluster cluster, String state) {
        return new Fault("carrier " + state, "carrier") {
            @Override
            String strike() throws IOException {
                new Carrier(cluster).is(state);
                return stateOf(cluster).equals(state) ? "scenario carrier is " + state : null;
            }

            @Override
            String heal() throws IOException {
                new Carrier(cluster).is("Started");
                return null;
            }
        };
    }

    /** Down and up again, faster than a breaker decides. */
    static Fault flapping(Cluster cluster) {
        return new Fault("carrier flapping", "carrier") {
            private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
            private final AtomicInteger changes = new AtomicInteger();

            @Override
            String strike() {
                clock.scheduleWithFixedDelay(this::flap, 0, FLAP_MILLIS, TimeUnit.MILLISECONDS);
                return null;
            }

            private void flap() {
                try {
                    new Carrier(cluster).is(changes.get() % 2 == 0 ? "down" : "Started");
                    changes.incrementAndGet();
                } catch (IOException e) {
                    // It is dead as well; the next time, then.
                }
            }

            @Override
            String heal() throws Exception {
                clock.shutdown();
                clock.awaitTermination(10, TimeUnit.SECONDS);
                new Carrier(cluster).is("Started");
                return changes.get() > 1 ? changes + " changes" : null;
            }
        };
    }

    private static String stateOf(Cluster cluster) throws IOException {
        return Http.get(cluster.carrier() + "/__admin/scenarios")
                .json()
                .at("/scenarios/0/state")
                .asText();
    }
}
