package dev.waybill.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * The carrier's stand-in on 127.0.0.1: WireMock with the mappings of a folder. It remembers the last 100,000 requests
 * and forgets everything when it ends.
 */
public final class CarrierServer extends Part {
    private final int port;
    private final Path root;

    /** @param root the folder that has {@code mappings/}: {@code sandbox/carrier} of this project */
    public CarrierServer(Home home, int port, Path root) {
        super("carrier", home);
        this.port = port;
        this.root = root.toAbsolutePath().normalize();
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    Launch launch() {
        List<String> command = RuntimeClasspath.java(
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwaybill.home=" + home().dir(),
                "wiremock.Run");
        command.addAll(List.of("--bind-address", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--root-dir", root.toString(), "--disable-banner"));
        command.addAll(List.of("--max-request-journal-entries", "100000"));
        // Room for slow answers: each holds a thread for ten seconds.
        command.addAll(List.of("--container-threads", "200"));
        return new Launch(command, RuntimeClasspath.environment());
    }

    @Override
    boolean answers() {
        return Http.isOk(url() + "/__admin/health");
    }
}
