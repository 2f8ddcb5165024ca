package dev.waybill.systemtests.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.sandbox.Folders;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.judge.Judge;
import dev.waybill.systemtests.judge.Verdict;
import dev.waybill.systemtests.report.Report;
import dev.waybill.systemtests.rounds.Trial.Plan;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A round of faults of every kind that comes up in a minute and a half; {@code system-tests/soak} has the long ones. Of the
 * same seed come the same faults, though not at the same moments of the system: {@code -Dwaybill.seed} for others.
 */
class ShortRoundIT {

    private static final Logger log = LoggerFactory.getLogger(ShortRoundIT.class);

    private static final Duration LASTING = Duration.ofSeconds(90);

    @Test
    void whatever_is_done_to_it_every_promise_is_kept() throws Exception {
        long seed = Long.getLong("waybill.seed", 1);
        int instances = Integer.getInteger("waybill.instances", 2);
        Path folder = Path.of("target", "short-round").toAbsolutePath();
        Folders.delete(folder);
        Plan plan = new Plan(seed, "short-round", LASTING, instances, false, false);

        History history = new Trial(plan, Path.of("..").toAbsolutePath().normalize(), folder).run();

        Verdict verdict = Judge.judge(history);
        Report.write(folder, history, verdict);
        log.info("seed {}, report in {}: {}", seed, folder, verdict);
        assertThat(verdict.violations()).isEmpty();
        assertThat(history.operations()).as("calls").hasSizeGreaterThan(100);
        assertThat(history.faults()).as("faults").isNotEmpty();
    }
}
