package dev.waybill.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A contest in very small: that it can be held, not who wins. */
class BenchIT {

    private static final Scale TINY = new Scale(1, 2_000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 400, List.of(), 1, 100, false);

    @TempDir
    private Path folder;

    @Test
    void aContestIsHeldAndReported() throws Exception {
        Options options = Options.parse(new String[] {"--quick", "--only", "bare,waybill"});
        Bench bench = Bench.hold(
                new Options(options.disciplines(), options.entries(), TINY, false), folder.resolve("servers"), folder);
        assertThat(bench.failures()).isEmpty();
        String report = Files.readString(folder.resolve("report.md"));
        assertThat(report)
                .contains("`waybill`: Waybill, kafka-clients", "## Drain", "## Latency", "## Writing", "## Order");
        assertThat(Files.readAllLines(folder.resolve("values.csv")))
                .contains(
                        "1,waybill,inversions,0.0",
                        "1,waybill,missing,0.0",
                        "1,waybill,of rolled-back transactions,0.0",
                        "1,waybill,failed transactions,0.0",
                        "1,waybill,100/s % arrived,100.0")
                .anyMatch(line -> line.startsWith("1,bare,drain events/s,"))
                .anyMatch(line -> line.startsWith("1,bare,to plain,"));
        assertThat(folder.resolve("drain.svg")).isNotEmptyFile();
        assertThat(folder.resolve("latency.svg")).isNotEmptyFile();
        assertThat(folder.resolve("writing.svg")).isNotEmptyFile();
    }

    @Test
    void twoAtATimeWouldOnlyMeasureEachOther() throws Exception {
        Path values = Files.writeString(folder.resolve("values.csv"), "the other's");
        Options options = Options.parse(new String[] {"--quick", "--only", "bare"});
        try (FileChannel other = Servers.claim(folder)) {
            assertThatThrownBy(() -> Bench.hold(options, folder, folder))
                    .isInstanceOf(Servers.InUse.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("wait for it to end");
        }
        assertThat(values).hasContent("the other's");
    }
}
