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

    /** So many numbers are one process's to choose from. */
    static final int BLOCK = 200;

    /**
     * What holds this process's block, by listening on its first number: two soaks at once never choose the same. It ends with
     * the process, however that does.
     */
    private static final ServerSocket HOLD = hold();

    /** Holds a block that no other process holds. */
    static ServerSocket hold() {
        int blocks = (HIGHEST - LOWEST) / BLOCK;
        int first = ThreadLocalRandom.current().nextInt(blocks);
        for (int i = 0; i < blocks; i++) {
            try {
                return listen(LOWEST + (first + i) % blocks * BLOCK);
            } catch (IOException e) {
                // another's: the next one, then
            }
        }
        throw new IllegalStateException(
                "no ports left from %d to %d: others hold them all".formatted(LOWEST, HIGHEST - 1));
    }

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
            number = HOLD.getLocalPort() + ThreadLocalRandom.current().nextInt(1, BLOCK);
        } while (taken.contains(number) || !isFree(number));
        return number;
    }

    private static boolean isFree(int number) {
        try (ServerSocket socket = listen(number)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket listen(int number) throws IOException {
        return new ServerSocket(number, 1, InetAddress.getByName("127.0.0.1"));
    }
}
