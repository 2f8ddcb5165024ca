package dev.waybill.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * The carrier's stand-in on 127.0.0.1: WireMock with the mappings of a folder. It remembers the last 10,000 requests,
 * or as many as {@code WAYBILL_CARRIER_JOURNAL} says, and forgets everything when it ends.
 */
public final class CarrierServer extends Part {
    private static final String JOURNAL = "WAYBILL_CARRIER_JOURNAL";

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
                "-Xmx%dm".formatted(256 + journal() / 1024 * 32),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwaybill.home=" + home().dir(),
                "wiremock.Run");
        command.addAll(List.of("--bind-address", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--root-dir", root.toString(), "--disable-banner"));
        command.addAll(List.of("--max-request-journal-entries", Integer.toString(journal())));
        // Room for slow answers: each holds a thread for ten seconds.
        command.addAll(List.of("--container-threads", "200"));
        return new Launch(command, RuntimeClasspath.environment());
    }

    /**
     * How many requests it remembers. Each takes some 25 kB of its heap, and WireMock counts them all with each request: with
     * ten thousand that is a few tenths of a millisecond.
     */
    private static int journal() {
        String entries = System.getenv().getOrDefault(JOURNAL, "10000");
        if (!entries.matches("[1-9]\\d{0,5}")) {
            throw new SandboxException("%s must be a number from 1 to 999999, not '%s'".formatted(JOURNAL, entries));
        }
        return Integer.parseInt(entries);
    }

    @Override
    boolean answers() {
        return Http.isOk(url() + "/__admin/health");
    }
}
