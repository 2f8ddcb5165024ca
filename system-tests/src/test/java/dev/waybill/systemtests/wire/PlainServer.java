package dev.waybill.systemtests.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends back whatever it gets, and remembers it. */
final class PlainServer implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final boolean reads;

    private PlainServer(boolean reads) throws IOException {
        this.reads = reads;
        daemon(this::accept);
    }

    static PlainServer echo() throws IOException {
        return new PlainServer(true);
    }

    static PlainServer thatNeverReads() throws IOException {
        return new PlainServer(false);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What all connections have sent, as Latin-1. */
    String got() {
        return got.toString(StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                if (reads) {
                    daemon(() -> serve(socket));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        byte[] buffer = new byte[65_536];
        try (socket;
                InputStream in = socket.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                got.write(buffer, 0, n);
                socket.getOutputStream().write(buffer, 0, n);
            }
        } catch (IOException e) {
            // broken
        }
    }

    static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
