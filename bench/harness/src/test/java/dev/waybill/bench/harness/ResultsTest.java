package dev.waybill.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

    @TempDir
    private Path folder;

    private Results results;

    @BeforeEach
    void create() throws Exception {
        results = new Results(folder.resolve("report/values.csv"));
    }

    @Test
    void aSpreadIsTheMedianWithTheLeastAndTheMost() {
        for (double value : new double[] {5, 1, 3, 100}) {
            results.add("a", "rate", value);
        }
        assertThat(results.spread("a", "rate", "%.0f")).isEqualTo("4 (1–100)");
        assertThat(results.spread("b", "rate", "%.0f")).isEqualTo("–");
        assertThat(results.max("a", "rate")).isEqualTo(100);
    }

    @Test
    void aRatioIsTakenPassByPassAndOnlyWhereBothWereMeasured() {
        results.pass(1);
        results.add("a", "rate", 10);
        results.add("b", "rate", 20);
        results.pass(2);
        results.add("a", "rate", 300);
        results.add("b", "rate", 400);
        results.pass(3);
        results.add("b", "rate", 1);
        assertThat(results.ratio("a", "b", "rate", "%.2f")).isEqualTo("0.63 (0.50–0.75)");
    }

    @Test
    void everyValueIsInTheFile() throws Exception {
        results.pass(2);
        results.add("a", "rate", 1.5);
        assertThat(Files.readString(folder.resolve("report/values.csv")))
                .isEqualTo("pass,entry,metric,value\n2,a,rate,1.5\n");
    }
}
