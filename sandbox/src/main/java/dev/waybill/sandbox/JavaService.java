package dev.waybill.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the services on 127.0.0.1: an executable jar with the standard variables of Spring Boot. */
public final class JavaService extends Part {
    private final Path jar;
    private final int managementPort;
    private final Map<String, String> environment;

    /** @param environment variables beside those of the ports, such as where the servers are */
    public JavaService(
            String name, Home home, Path jar, int port, int managementPort, Map<String, String> environment) {
        super(name, home);
        this.jar = jar;
        this.managementPort = managementPort;
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

    @Override
    Launch launch() {
        // The first compiler only: a start takes two thirds of the time, and on a small machine that is what one waits
        // for.
        List<String> command =
                RuntimeClasspath.java("-Xmx384m", "-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1");
        command.addAll(List.of("-Dwaybill.home=" + home().dir(), "-jar", jar.toString()));
        return new Launch(command, environment);
    }

    @Override
    boolean answers() {
        return Http.isOk("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
    }
}
