package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service's start from an archive of its classes, and without one, whatever is wrong with it. */
class FastStartIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String FROM_THE_ARCHIVE = "FakeService source: shared objects file";
    private static final String FROM_THE_JAR = "FakeService source: file:";

    @TempDir
    Path folder;

    private Path jar;
    private Home home;

    @BeforeEach
    void pack() throws IOException {
        jar = folder.resolve("service.jar");
        home = new Home(folder.resolve("home"));
        FakeService.packInto(jar);
    }

    @Test
    void takes_classes_from_the_archive_of_its_build() throws IOException {
        assertThat(FastStart.isNew(jar)).isTrue();
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);
        assertThat(FastStart.isNew(jar)).isFalse();

        Path old = archive();
        build(1_000_000_000);

        assertThat(FastStart.isNew(jar)).isTrue();
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);
        assertThat(archive()).isNotEqualTo(old);
    }

    @Test
    void keeps_what_a_service_may_still_be_running_from_and_removes_what_is_old() throws IOException {
        logOfAStart();
        Path first = archive();
        build(1_000_000_000);
        logOfAStart();
        Path second = archive();
        assertThat(first).exists();

        Files.setLastModifiedTime(first.getParent(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        build(2_000_000_000);
        logOfAStart();
        assertThat(first.getParent()).doesNotExist();
        assertThat(second).exists();
    }

    @Test
    void shares_the_archive_with_whoever_starts_it_by_a_link() throws IOException {
        logOfAStart();
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        jar = Files.createSymbolicLink(elsewhere.resolve("service.jar"), jar);

        assertThat(FastStart.isNew(jar)).isFalse();
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);
        assertThat(elsewhere.resolve("fast-start")).doesNotExist();
    }

    @Test
    void makes_anew_what_is_gone_broken_or_cut_off() throws IOException {
        logOfAStart();
        Path archive = archive();
        byte[] whole = Files.readAllBytes(archive);

        Files.delete(archive);
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);

        Files.delete(archive);
        Files.writeString(archive, "broken");
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);

        Files.delete(archive);
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2));
        assertThat(logOfAStart()).contains(FROM_THE_ARCHIVE);
    }

    @Test
    void starts_without_an_archive_that_the_jvm_refuses() throws IOException {
        assumeThat(Runtime.version().feature())
                .as("JDK 25 does not mind another time of the jar")
                .isLessThan(25);
        logOfAStart();
        Files.setLastModifiedTime(archive().resolveSibling("service.jar"), FileTime.fromMillis(1_000_000_000));

        assertThat(logOfAStart()).contains(FROM_THE_JAR);
    }

    @Test
    void starts_the_jar_as_it_is_where_nothing_can_be_made() throws IOException {
        Files.writeString(folder.resolve("fast-start"), "in the way");

        assertThat(logOfAStart()).contains("as it is, which takes longer", FROM_THE_JAR);
    }

    /** Starts the service, sees it ready and returns where its JVM says its classes are from. */
    private String logOfAStart() throws IOException {
        Path log = home.log("service");
        Files.deleteIfExists(log);
        Map<String, String> telling = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load");
        try (JavaService service = new JavaService("service", home, jar, FreePort.find(), FreePort.find(), telling)) {
            service.start();
            service.awaitReady(LIMIT);
        }
        return Files.readString(log);
    }

    private void build(long millis) throws IOException {
        Files.setLastModifiedTime(jar, FileTime.fromMillis(millis));
    }

    private Path archive() throws IOException {
        String build = Files.getLastModifiedTime(jar).toMillis() + "-";
        try (Stream<Path> builds = Files.list(folder.resolve("fast-start"))) {
            List<Path> all = builds.filter(path -> path.getFileName().toString().startsWith(build))
                    .toList();
            assertThat(all).hasSize(1);
            return all.get(0).resolve("classes.archive");
        }
    }
}
