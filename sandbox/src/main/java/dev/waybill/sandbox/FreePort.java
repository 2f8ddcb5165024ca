package dev.waybill.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Ports of 127.0.0.1. */
public final class FreePort {
    /**
     * Below the ports that systems hand out to connections (from 32,768 on with Linux, 49,152 with others): until a server
     * that is being started listens, any connection could otherwise be given its port.
     */
    private static final int LOWEST = 10_000;

    private static final int COUNT = 5_000;

    /**
     * How many ports this process has looked at, from a random one on so that other processes look at others. It only grows:
     * no port is found twice before all the others have been looked at.
     */
    private static final AtomicInteger LOOKED_AT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePort() {}

    /**
     * A port that nobody listens on now, and that this process has not been given within the last 5,000: that another process
     * takes it a moment later is unlikely, not impossible.
     *
     * @throws IllegalStateException if there is none
     */
    public static int find() {
        return IntStream.generate(LOOKED_AT::getAndIncrement)
                .limit(COUNT)
                .map(n -> LOWEST + Math.floorMod(n, COUNT))
                .filter(FreePort::isFree)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no port from %d to %d is free".formatted(LOWEST, LOWEST + COUNT - 1)));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true); // connections that linger from the last run do not count
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
