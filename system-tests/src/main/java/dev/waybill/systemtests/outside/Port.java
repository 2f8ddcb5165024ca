package dev.waybill.systemtests.outside;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** What listens on 127.0.0.1, and the option that says where. */
public enum Port {
    ORDER_SERVICE,
    ORDER_SERVICE_MANAGEMENT,
    SHIPPING_SERVICE,
    SHIPPING_SERVICE_MANAGEMENT,
    CARRIER,
    POSTGRES,
    KAFKA;

    /**
     * Below the ports that systems hand out to connections: while a part is dead its port must stay free, else another
     * connection may take it, even one that was to reach it.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;

    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-') + "-port";
    }

    public String variable() {
        return "WAYBILL_" + name() + "_PORT";
    }

    /** A free one for each. */
    public static Map<Port, Integer> choose() {
        Map<Port, Integer> chosen = new EnumMap<>(Port.class);
        for (Port port : values()) {
            chosen.put(port, choose(chosen.values()));
        }
        return chosen;
    }

    /** A free one, and none of these. */
    public static int choose(Collection<Integer> taken) {
        int number;
        do {
            number = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        } while (taken.contains(number) || !isFree(number));
        return number;
    }

    private static boolean isFree(int number) {
        try (ServerSocket socket = new ServerSocket(number, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
