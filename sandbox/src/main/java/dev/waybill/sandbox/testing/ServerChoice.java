package dev.waybill.sandbox.testing;

import dev.waybill.sandbox.SandboxException;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.testcontainers.DockerClientFactory;

/** The one place where it is decided which servers the tests run on. */
record ServerChoice(Mode mode, String reason, boolean wished) {

    enum Mode {
        DOCKER(DockerServers::new),
        EMBEDDED(EmbeddedServers::new);

        private final Supplier<Servers> servers;

        Mode(Supplier<Servers> servers) {
            this.servers = servers;
        }

        Servers create() {
            return servers.get();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is left where containers were nobody's wish and did not start, for want of the images for example. */
    ServerChoice instead() {
        return new ServerChoice(Mode.EMBEDDED, "the containers did not start", true);
    }

    static ServerChoice make(String property, String variable) {
        return make(property, variable, () -> DockerClientFactory.instance().isDockerAvailable());
    }

    static ServerChoice make(String property, String variable, BooleanSupplier dockerAnswers) {
        String source = property == null ? "the variable WAYBILL_SERVERS" : "the property waybill.servers";
        String wish = property == null ? variable : property;
        if (wish == null || wish.isBlank()) {
            return dockerAnswers.getAsBoolean()
                    ? new ServerChoice(Mode.DOCKER, "a Docker engine answers", false)
                    : new ServerChoice(Mode.EMBEDDED, "no Docker engine answers", false);
        }
        return switch (wish.strip().toLowerCase(Locale.ROOT)) {
            case "embedded" -> new ServerChoice(Mode.EMBEDDED, source + " says so", true);
            case "docker" -> {
                if (!dockerAnswers.getAsBoolean()) {
                    throw new SandboxException(source + " asks for docker, but no Docker engine answers");
                }
                yield new ServerChoice(Mode.DOCKER, source + " says so", true);
            }
            default -> throw new SandboxException("%s must be docker or embedded, not '%s'".formatted(source, wish));
        };
    }
}
