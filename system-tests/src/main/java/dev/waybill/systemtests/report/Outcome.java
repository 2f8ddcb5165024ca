package dev.waybill.systemtests.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.judge.Verdict;
import java.util.Map;
import java.util.TreeMap;

/**
 * A judged round in short, so that a long run need not keep whole histories.
 *
 * @param lengthMillis how long it was recorded
 * @param faults how many were done, by their names
 */
public record Outcome(Round round, long lengthMillis, Map<String, Long> faults, Verdict.Counts counts, int violations) {

    public static Outcome of(History history, Verdict verdict) {
        return new Outcome(
                history.round(),
                Timeline.length(history),
                history.faults().stream()
                        .filter(fault -> fault.problem() == null)
                        .collect(groupingBy(FaultSpan::name, TreeMap::new, counting())),
                verdict.counts(),
                verdict.violations().size());
    }
}
