package dev.waybill.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How a service is started fastest: from its jar unpacked, with an archive of its classes as a JVM has loaded them (CDS).
 * Both are made beside the jar once for each build and each Java, by a start that needs no server and ends before it would.
 * A JVM that refuses the archive starts without it, and where nothing could be made the jar is started as it is.
 *
 * @param archive null if there is none
 */
record FastStart(List<String> options, Path jar, SealedFile archive) {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** How long those of other builds are kept. */
    private static final Duration KEPT = Duration.ofDays(1);

    /** Java 25 stores more than classes, and calls it by another name. */
    private static final boolean AOT_CACHE = Runtime.version().feature() >= 25;

    private static final String MAKE = AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
    private static final String USE = AOT_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=";

    private static final List<String> WITHOUT_SERVERS = List.of(
            "-Dspring.context.exit=onRefresh",
            "-Dspring.flyway.enabled=false",
            "-Dwaybill.outbox.migrate=false",
            "-Dspring.jpa.database=postgresql",
            "-Dspring.jpa.properties.hibernate.boot.allow_jdbc_metadata_access=false");

    /** By folder: several instances of a service wait for the one that makes it, and what failed is not tried with every start. */
    private static final Map<Path, FastStart> MADE = new ConcurrentHashMap<>();

    /**
     * Makes what is not there yet, which takes about as long as a start without it.
     *
     * @param options of the JVM; an archive fits only those that it was made with
     * @param log told why nothing could be made
     */
    static FastStart of(Path jar, List<String> options, Path log) {
        return MADE.compute(folder(jar), (folder, known) -> {
            if (known != null && (known.archive == null || known.archive.isIntact())) {
                return known;
            }
            try {
                return new FastStart(options, unpacked(folder, jar), archive(folder)).trained();
            } catch (IOException | SandboxException e) {
                say(log, "Starting %s as it is, which takes longer: %s%n".formatted(jar, e));
                return none(jar, options);
            }
        });
    }

    /** A start that is not made fast. */
    static FastStart none(Path jar, List<String> options) {
        return new FastStart(options, jar, null);
    }

    /** Whether {@link #of} has something to make. */
    static boolean isNew(Path jar) {
        return !archive(folder(jar)).exists();
    }

    List<String> command(String... properties) {
        List<String> using = archive == null ? List.of() : List.of(USE + archive.file());
        return command(using, List.of(properties));
    }

    private List<String> command(List<String> archiving, List<String> properties) {
        List<String> command = RuntimeClasspath.java(options.toArray(String[]::new));
        command.addAll(archiving);
        command.addAll(properties);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** In one step, so that an interrupted start leaves nothing that looks usable. */
    private static Path unpacked(Path folder, Path jar) throws IOException {
        if (!Files.exists(folder)) {
            deleteOlder(folder.getParent());
            Path half = Files.createTempDirectory(Files.createDirectories(folder.getParent()), "half");
            List<String> extract = RuntimeClasspath.java("-Djarmode=tools", "-jar", jar.toString());
            extract.addAll(List.of("extract", "--force", "--destination", half.toString()));
            run(extract, half);
            moveUnlessThere(half, folder);
        }
        return folder.resolve(jar.getFileName());
    }

    /** Another process may have been sooner; its files are the same. */
    private static void moveUnlessThere(Path half, Path folder) throws IOException {
        try {
            Files.move(half, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            Folders.delete(half);
        }
    }

    private FastStart trained() throws IOException {
        if (!archive.isIntact()) {
            Path folder = archive.file().getParent();
            Path half = Files.createTempFile(folder, "half", null);
            // Else it tells of each class that it cannot archive.
            run(command(List.of(MAKE + half, "-Xlog:all=error"), WITHOUT_SERVERS), folder);
            archive.seal(half);
        }
        return this;
    }

    private static void run(List<String> command, Path folder) {
        Processes.run(new ProcessBuilder(command), folder.resolve("making.log"), LIMIT);
    }

    /** Named after all that an archive depends on; beside the jar itself, whatever links lead to it. */
    private static Path folder(Path jar) {
        try {
            String build = Files.getLastModifiedTime(jar).toMillis() + "-java-" + Runtime.version();
            return jar.toRealPath().resolveSibling("fast-start").resolve(build);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SealedFile archive(Path folder) {
        return new SealedFile(folder.resolve("classes.archive"));
    }

    /** They are large. Younger ones may be in use: services load classes from them for as long as they run. */
    private static void deleteOlder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            FileTime young = FileTime.from(Instant.now().minus(KEPT));
            try (Stream<Path> all = Files.list(folder)) {
                for (Path build : all.toList()) {
                    if (Files.getLastModifiedTime(build).compareTo(young) < 0) {
                        Folders.delete(build);
                    }
                }
            }
        }
    }

    private static void say(Path log, String text) {
        try {
            Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
