package dev.waybill.shipping;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The shipping-service's own settings; their defaults are in {@code application.yml}.
 *
 * @param waitingRoom most shipments that wait for the carrier; when so many do, orders stay in Kafka
 * @param topic the topic of the acknowledgements, made by this service
 * @param carrier where the carrier is and how long it may take
 * @param reconciler how shipments are brought to what is wanted
 */
@ConfigurationProperties("shipping")
public record ShippingProperties(int waitingRoom, Topic topic, Carrier carrier, Reconciler reconciler) {

    public ShippingProperties {
        if (waitingRoom < 1) {
            throw new IllegalArgumentException("shipping.waiting-room must be at least 1");
        }
        if (reconciler.lease().compareTo(carrier.connectTimeout().plus(carrier.readTimeout())) <= 0) {
            throw new IllegalArgumentException(
                    "shipping.reconciler.lease must be longer than the carrier's connect-timeout"
                            + " and read-timeout together, or a call under way would be made again beside itself");
        }
    }

    /**
     * @param partitions how many consumers can share the acknowledgements
     * @param replicas how many brokers keep each of them
     */
    public record Topic(int partitions, short replicas) {}

    /**
     * @param url without the {@code /bookings}
     * @param connectTimeout for a connection to be made
     * @param readTimeout for the whole answer, from the request's sending to the last byte of its body
     */
    public record Carrier(URI url, Duration connectTimeout, Duration readTimeout) {}

    /**
     * @param pollInterval how often to look for what is due without being woken
     * @param lease how long a shipment belongs to the instance that claimed it; after a crash it waits as long
     * @param firstBackOff the pause after a first failure; doubled with each further one, with jitter
     * @param longestBackOff the longest pause
     * @param awaitingAfter how long an order waits before it is told that it awaits the carrier
     */
    public record Reconciler(
            Duration pollInterval,
            Duration lease,
            Duration firstBackOff,
            Duration longestBackOff,
            Duration awaitingAfter) {

        public Reconciler {
            atLeastOneMilli("poll-interval", pollInterval);
            atLeastOneMilli("lease", lease);
            atLeastOneMilli("first-back-off", firstBackOff);
            atLeastOneMilli("longest-back-off", longestBackOff);
            atLeastOneMilli("awaiting-after", awaitingAfter);
        }

        private static void atLeastOneMilli(String name, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException("shipping.reconciler." + name + " must be at least 1ms: " + value);
            }
        }
    }
}
