package dev.waybill.systemtests.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.judge.CleanRound;
import dev.waybill.systemtests.judge.Judge;
import dev.waybill.systemtests.judge.Verdict;
import dev.waybill.systemtests.judge.Violation;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {

    private static final FaultSpan ODD = new FaultSpan("cut <off> & \"slow\"", "kafka|1", 5_000, 5_000, null, null);

    @TempDir
    private Path folder;

    private static History history(Long convergedAt, FaultSpan... more) {
        History clean = CleanRound.of(11, 40).history();
        Round of = clean.round();
        List<FaultSpan> faults = new ArrayList<>(clean.faults());
        faults.addAll(List.of(more));
        return new History(
                new Round(of.seed(), "round 11", of.startedAt(), 2, of.healedAt(), convergedAt, of.limitSeconds()),
                clean.operations(),
                faults,
                clean.samples(),
                clean.poison(),
                clean.observed());
    }

    private String written(History history) throws IOException {
        Report.write(folder, history, Judge.judge(history));
        return Files.readString(folder.resolve("report.md"));
    }

    private List<String> texts(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        NodeList elements = document.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            texts.add(elements.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void the_picture_names_every_fault_and_both_moments() throws Exception {
        written(history(130_000L, ODD));

        assertThat(texts(Files.readString(folder.resolve("timeline.svg"))))
                .contains(
                        "kill -9 · order-service-1",
                        "carrier down · carrier",
                        "cut · kafka",
                        "cut <off> & \"slow\" · kafka|1",
                        "breaker",
                        "healed",
                        "converged");
    }

    @Test
    void a_round_that_did_not_converge_has_a_picture_too() throws Exception {
        written(history(null));

        assertThat(texts(Files.readString(folder.resolve("timeline.svg"))))
                .contains("healed")
                .doesNotContain("converged");
    }

    @Test
    void a_round_in_which_nothing_happened_has_a_picture_too() throws Exception {
        History any = history(null);
        written(new History(any.round(), List.of(), List.of(), List.of(), List.of(), any.observed()));

        assertThat(texts(Files.readString(folder.resolve("timeline.svg")))).contains("no fault");
    }

    @Test
    void the_page_tells_of_an_acquittal() throws IOException {
        History history = history(129_500L);

        String page = written(history);

        long calls = history.operations().size();
        long wishes =
                history.operations().stream().map(Operation::wish).distinct().count();
        assertThat(page)
                .contains("# round 11: acquitted")
                .contains("timeline.svg")
                .contains("| seed | 11 |")
                .contains("| converged | 9.5 s after the last fault, limit 120 s |")
                .contains("system-tests/soak 2 11")
                .contains("| all | %d | %d | %d |".formatted(wishes, calls, calls - wishes))
                .contains("| 10.0 s | 14.0 s | kill -9 | order-service-1 | its process was gone |")
                .contains("| 60.0 s | 60.0 s | cut | kafka | could not be done: no proxy there |")
                .contains("| cut | 1 | 0 | 0 | 1 |")
                .containsSubsequence("## Violations", "None.");
    }

    @Test
    void the_page_tells_every_violation() throws IOException {
        String page = written(history(null, ODD));

        assertThat(page)
                .contains("# round 11: condemned, 2 violations")
                .contains("| FAULT_WITHOUT_EFFECT | cut &lt;off> & \"slow\" kafka\\|1 |")
                .contains("| NOT_CONVERGED | round 11 |")
                .contains("| converged | not within the limit, limit 120 s |")
                .contains("**none seen**")
                .doesNotContain("None.");
    }

    @Test
    void the_summary_adds_up() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        for (long took : new long[] {4_000, 9_000, 30_000}) {
            History history = history(120_000 + took);
            outcomes.add(Outcome.of(history, Judge.judge(history)));
        }
        History condemned = history(null, new FaultSpan("kill -9", "kafka", 1, 2, "gone", null));
        Verdict verdict = Judge.judge(condemned);
        outcomes.add(Outcome.of(condemned, verdict));

        Report.summary(folder, outcomes);

        int orders = verdict.counts().ordersAcknowledged();
        assertThat(verdict.violations()).extracting(Violation::kind).containsExactly(Violation.Kind.NOT_CONVERGED);
        assertThat(outcomes.get(3).faults()).isEqualTo(Map.of("kill -9", 2L, "carrier down", 1L));
        assertThat(Files.readString(folder.resolve("summary.md")))
                .contains("# 4 rounds: condemned, 1 violations")
                .contains("| rounds condemned | 1 |")
                .contains("| orders that clients were told of | %d |".formatted(4 * orders))
                .contains("| rounds that did not converge | 1 |")
                .contains("| convergence after the last fault, p50 | 9.0 s |")
                .contains("| convergence after the last fault, longest | 30.0 s |")
                .contains("| kill -9 | 5 |")
                .contains("| all | 9 |")
                .contains("| round 11 | 11 | 2.0 | %d |".formatted(orders))
                .contains("| 1 carrier down, 2 kill -9 | **1** | not within the limit |");
    }
}
