package dev.waybill.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * The carrier's stand-in on 127.0.0.1: WireMock with the mappings of a folder. It remembers the last 10,000 requests
 * and forgets everything when it ends.
 */
public final class CarrierServer extends Part {
    /** How many requests there will be at most, for tests that look at each of them: then none is forgotten. */
    private static final String JOURNAL = "WAYBILL_CARRIER_JOURNAL";

    private static final int USUAL_JOURNAL = 10_000;

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
        String journal = System.getenv(JOURNAL);
        int remembered = journal == null ? USUAL_JOURNAL : number(journal);
        List<String> command = RuntimeClasspath.java(
                "-Xmx%dm".formatted(256 + remembered / 1024 * 32), // some 25 kB a request
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwaybill.home=" + home().dir(),
                "wiremock.Run");
        command.addAll(List.of("--bind-address", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--root-dir", root.toString(), "--disable-banner"));
        if (journal == null) {
            // To know what to forget, WireMock counts the whole list of them with each request: a few tenths of a
            // millisecond for so many, several for the requests of a long test.
            command.addAll(List.of("--max-request-journal-entries", Integer.toString(remembered)));
        }
        // Room for slow answers: each holds a thread for ten seconds.
        command.addAll(List.of("--container-threads", "200"));
        return new Launch(command, RuntimeClasspath.environment());
    }

    private static int number(String journal) {
        if (!journal.matches("[1-9]\\d{0,5}")) {
            throw new SandboxException("%s must be a number from 1 to 999999, not '%s'".formatted(JOURNAL, journal));
        }
        return Integer.parseInt(journal);
    }

    @Override
    boolean answers() {
        return Http.isOk(url() + "/__admin/health");
    }
}
