package dev.waybill.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The classpath of the sandbox itself, on which Kafka and the carrier run in JVMs of their own. Whoever starts them may
 * have another one: tests of the services have older Kafka clients. It is written at build time and names the local
 * Maven repository, so it holds on the machine that built it.
 */
final class RuntimeClasspath {
    private RuntimeClasspath() {}

    /** In the environment, where it does not hide what a process is from those who list processes. */
    static Map<String, String> environment() {
        return Map.of("CLASSPATH", ownLocation() + System.getProperty("path.separator") + dependencies());
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static List<String> java(String... options) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(List.of(options));
        return command;
    }

    private static String dependencies() {
        try (InputStream resource = RuntimeClasspath.class.getResourceAsStream("/sandbox-classpath")) {
            if (resource == null) {
                throw new SandboxException(
                        "The sandbox was built without its list of dependencies; build it with Maven");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path ownLocation() {
        try {
            return Path.of(RuntimeClasspath.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new SandboxException("The sandbox does not know where it is", e);
        }
    }
}
