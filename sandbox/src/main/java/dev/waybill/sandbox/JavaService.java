package dev.waybill.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the services on 127.0.0.1: an executable jar with the standard variables of Spring Boot. */
public final class JavaService extends Part {
    /**
     * The first compiler only: a start takes two thirds of the time, and on a small machine that is what one waits for.
     */
    private static final List<String> SOON_READY = List.of(
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError"); // then it is started again

    private final Path jar;
    private final int managementPort;
    private final Map<String, String> environment;
    private final List<String> options;
    private FastStart program;

    /** @param environment variables beside those of the ports, such as where the servers are */
    public JavaService(
            String name, Home home, Path jar, int port, int managementPort, Map<String, String> environment) {
        this(name, home, jar, port, managementPort, environment, SOON_READY);
    }

    /** @param options for the JVM, in place of all that the sandbox does for a short start */
    public JavaService(
            String name,
            Home home,
            Path jar,
            int port,
            int managementPort,
            Map<String, String> environment,
            List<String> options) {
        super(name, home);
        this.jar = jar;
        this.managementPort = managementPort;
        this.options = options;
        this.environment = new HashMap<>(environment);
        this.environment.put("SERVER_ADDRESS", "127.0.0.1");
        this.environment.put("SERVER_PORT", Integer.toString(port));
        this.environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
    }

    /**
     * The variables that name a service's database and its two roles, whose passwords are their names.
     *
     * @param jdbcUrl how the service reaches it, without user and password
     * @param database {@code orders} or {@code shipping}
     */
    public static Map<String, String> database(String jdbcUrl, String database) {
        String app = database + "_app";
        String owner = database + "_owner";
        return Map.of(
                "SPRING_DATASOURCE_URL", jdbcUrl,
                "SPRING_DATASOURCE_USERNAME", app,
                "SPRING_DATASOURCE_PASSWORD", app,
                "SPRING_FLYWAY_USER", owner,
                "SPRING_FLYWAY_PASSWORD", owner);
    }

    /** Whether this build of it is not made ready yet, so that its first start takes longer. */
    boolean isNew() {
        return options == SOON_READY && FastStart.isNew(jar);
    }

    @Override
    void prepare() {
        program = options == SOON_READY ? FastStart.of(jar, options, log()) : FastStart.none(jar, options);
    }

    @Override
    Launch launch() {
        return new Launch(program.command("-Dwaybill.home=" + home().dir()), environment);
    }

    @Override
    boolean answers() {
        return Http.isOk("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
    }
}
