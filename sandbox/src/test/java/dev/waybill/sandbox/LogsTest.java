package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir
    Path folder;

    @Test
    void a_large_log_is_put_aside_and_replaces_the_one_before() throws IOException {
        Path log = Files.write(folder.resolve("kafka.log"), new byte[10_000_001]);
        Files.writeString(folder.resolve("kafka.log.1"), "older");

        Logs.rotate(log);

        assertThat(log).doesNotExist();
        assertThat(folder.resolve("kafka.log.1")).hasSize(10_000_001);
    }

    @Test
    void a_small_log_is_appended_to() throws IOException {
        Path log = Files.writeString(folder.resolve("kafka.log"), "a line");

        Logs.rotate(log);

        assertThat(log).hasContent("a line");
    }

    @Test
    void the_tail_is_the_last_lines() throws IOException {
        String lines = IntStream.range(0, 5000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));

        String tail = Logs.tail(Files.writeString(folder.resolve("kafka.log"), lines));

        assertThat(tail).startsWith("line 4980").endsWith("line 4999");
        assertThat(Logs.tail(folder.resolve("none.log"))).contains("none.log");
    }

    @Test
    void the_tail_begins_with_the_errors_that_are_further_up() throws IOException {
        String stopping =
                IntStream.range(0, 30).mapToObj(i -> "INFO stopping " + i).collect(Collectors.joining("\n"));
        String lines =
                "INFO starting\nERROR cannot listen\njava.net.BindException: Address already in use\n" + stopping;

        String tail = Logs.tail(Files.writeString(folder.resolve("kafka.log"), lines));

        assertThat(tail.lines())
                .startsWith("ERROR cannot listen", "java.net.BindException: Address already in use", "...")
                .doesNotContain("INFO starting")
                .endsWith("INFO stopping 29");
    }
}
