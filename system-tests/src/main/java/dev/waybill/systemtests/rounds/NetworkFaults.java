package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.wire.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** The network between one instance and one server. */
final class NetworkFaults {

    private static final Duration TRAFFIC_LIMIT = Duration.ofSeconds(10);
    private static final String UNUSED = "nobody used this link meanwhile";
    private static final int CONNECT_MILLIS = 1_000;

    private NetworkFaults() {}

    /** Connections are reset, new ones refused. */
    static Fault cut(Link link) {
        return new OnLink("network cut", link) {
            @Override
            String strike() {
                int connections = link.open();
                link.cut();
                return link.open() == 0 && !canConnect(link)
                        ? connections + " connections reset, new ones refused"
                        : null;
            }
        };
    }

    /** Connections stay open, new ones are made, and nothing arrives. */
    static Fault silence(Link link) {
        return new OnLink("half-open connections", link) {
            @Override
            String strike() throws Unavailable {
                long before = link.discarded();
                link.silence();
                if (!canConnect(link)) {
                    return null;
                }
                if (!Waiting.until(TRAFFIC_LIMIT, () -> link.discarded() > before)) {
                    throw new Unavailable(UNUSED);
                }
                return link.open() + " connections open, nothing passes";
            }
        };
    }

    /** All arrives, but late. */
    static Fault delay(Link link, Duration delay) {
        return new OnLink("network delay", link) {
            @Override
            String strike() throws Unavailable {
                long before = link.bytes();
                link.delay(delay);
                if (!Waiting.until(TRAFFIC_LIMIT, () -> link.bytes() > before)) {
                    throw new Unavailable(UNUSED);
                }
                return "each way %d ms later".formatted(delay.toMillis());
            }
        };
    }

    /** The carrier does what it is asked, and what comes back is no answer. */
    static Fault garble(Link link) {
        return new OnLink("garbage for answers", link) {
            private long garbled;
            private long bytes;

            @Override
            String strike() {
                garbled = link.garbled();
                bytes = link.bytes();
                link.garble();
                return null;
            }

            @Override
            String heal() throws Unavailable {
                long replaced = link.garbled() - garbled;
                boolean used = link.bytes() > bytes;
                link.heal();
                if (!used) {
                    throw new Unavailable(UNUSED);
                }
                return replaced > 0 ? replaced + " answers replaced" : null;
            }
        };
    }

    private abstract static class OnLink extends Fault {

        private final Link link;

        OnLink(String name, Link link) {
            // The carrier's own faults silence its links.
            super(name, link.toString(), link.toString().endsWith("carrier") ? "carrier" : link.toString());
            this.link = link;
        }

        @Override
        String heal() throws Unavailable {
            link.heal();
            return null;
        }
    }

    private static boolean canConnect(Link link) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), link.port()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
