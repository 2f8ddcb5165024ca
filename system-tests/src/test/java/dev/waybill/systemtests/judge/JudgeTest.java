package dev.waybill.systemtests.judge;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Operation.Kind;
import dev.waybill.systemtests.history.Operation.Result;
import dev.waybill.systemtests.outside.Address;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {

    private static final int ORDERS = 80;
    private static final int SEEDS = 300;
    private static final int TAMPERED_SEEDS = 10;

    @TempDir
    private Path folder;

    private static Set<Violation.Kind> kinds(Verdict verdict) {
        return verdict.violations().stream().map(Violation::kind).collect(toSet());
    }

    private static List<Tampering> tamperings() {
        return Tampering.all();
    }

    @Test
    void whoever_kept_the_promises_is_acquitted() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Verdict verdict = Judge.judge(CleanRound.of(seed, ORDERS).history());
            assertThat(verdict.violations()).as("seed %d", seed).isEmpty();
            assertThat(verdict.acquitted()).isTrue();
        }
    }

    /** Or the test before would acquit nothing worth it. */
    @Test
    void the_clean_rounds_have_all_that_is_allowed() {
        List<Verdict.Counts> counts = IntStream.range(0, SEEDS)
                .mapToObj(seed ->
                        Judge.judge(CleanRound.of(seed, ORDERS).history()).counts())
                .toList();

        assertThat(counts).allMatch(each -> each.duplicates() > 0);
        assertThat(counts).allMatch(each -> each.calls().keySet().equals(EnumSet.allOf(Result.class)));
        assertThat(counts).anyMatch(each -> each.lateCalls() > 0);
        assertThat(counts)
                .as("orders that nobody was told of")
                .anyMatch(each -> each.orders() > each.ordersAcknowledged());
        assertThat(IntStream.range(0, SEEDS).mapToObj(seed -> CleanRound.of(seed, ORDERS)))
                .as("orders that were wished, answered by nobody, and not placed")
                .anyMatch(scene -> scene.operations.stream()
                                .filter(call -> call.kind() == Kind.PLACE && call.result() != Result.FAIL)
                                .map(Operation::wish)
                                .distinct()
                                .count()
                        > scene.orders.size());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tamperings")
    void whoever_broke_one_is_condemned_for_that_alone(Tampering tampering) {
        for (int seed = 0; seed < TAMPERED_SEEDS; seed++) {
            Scene scene = CleanRound.of(seed, ORDERS);
            tampering.tamper().accept(scene);
            Verdict verdict = Judge.judge(scene.history());
            assertThat(kinds(verdict))
                    .as("seed %d: %s", seed, verdict.violations())
                    .isEqualTo(tampering.found());
            assertThat(verdict.acquitted()).isFalse();
        }
    }

    @Test
    void every_kind_of_violation_was_tried() {
        assertThat(Tampering.all().stream()
                        .flatMap(each -> each.found().stream())
                        .collect(toSet()))
                .containsExactlyInAnyOrder(Violation.Kind.values());
    }

    private static Operation readdress(UUID order, int number, long at, Result result) {
        return new Operation(
                0,
                Kind.READDRESS,
                new UUID(7, number),
                order,
                Address.number(number),
                at,
                at + 1,
                result,
                result == Result.OK ? 200 : null,
                null);
    }

    /** An order that was wished elsewhere twice, and is where it was wished the first time. */
    private static Scene putBack(boolean unanswered, int events) {
        Scene scene = CleanRound.of(1, ORDERS);
        UUID order = Tools.untouched(scene);
        if (unanswered) {
            scene.operations.add(readdress(order, 9_001, 800_000, Result.UNKNOWN));
        }
        scene.operations.add(readdress(order, 9_001, 800_010, Result.OK));
        scene.operations.add(readdress(order, 9_002, 800_020, Result.OK));
        Tools.move(scene, order, Address.number(9_001), 7);
        for (int i = 0; i < events; i++) {
            Tools.append(scene.orderEvents, order, EventChecks.READDRESSED);
        }
        return scene;
    }

    @Test
    void an_unanswered_call_that_was_done_late_is_no_lost_wish() {
        int before = Judge.judge(CleanRound.of(1, ORDERS).history()).counts().lateCalls();

        Verdict verdict = Judge.judge(putBack(true, 3).history());

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.counts().lateCalls()).isEqualTo(before + 1);
    }

    @Test
    void a_wish_that_is_lost_is_not_excused_by_an_unanswered_call_that_changed_nothing() {
        assertThat(kinds(Judge.judge(putBack(true, 2).history()))).containsExactly(Violation.Kind.WRONG_ADDRESS);
        assertThat(kinds(Judge.judge(putBack(false, 2).history()))).containsExactly(Violation.Kind.WRONG_ADDRESS);
    }

    @Test
    void the_counts_are_those_of_the_history() {
        Scene scene = CleanRound.of(5, ORDERS);
        Verdict.Counts counts = Judge.judge(scene.history()).counts();

        assertThat(counts.orders()).isEqualTo(scene.orders.size());
        assertThat(counts.ordersAcknowledged()).isEqualTo((int) scene.operations.stream()
                .filter(call -> call.kind() == Kind.PLACE && call.result() == Result.OK)
                .map(Operation::order)
                .distinct()
                .count());
        assertThat(counts.calls().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(scene.operations.size());
        assertThat(counts.events() + counts.duplicates() + scene.poison.size())
                .isEqualTo(scene.orderEvents.size() + scene.shipmentEvents.size());
        assertThat(counts.bookings()).isEqualTo((int) scene.orders.stream()
                .filter(order -> order.status().equals("CONFIRMED"))
                .count());
        assertThat(counts.convergenceMillis()).isEqualTo(scene.round.convergedAt() - scene.round.healedAt());
    }

    private record Run(int code, String out, String err) {}

    private Run run(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Judge.run(List.of(args), new PrintStream(out, true), new PrintStream(err, true));
        return new Run(code, out.toString(), err.toString());
    }

    @Test
    void the_program_acquits_a_clean_folder() {
        CleanRound.of(1, ORDERS).record(folder);

        assertThat(run(folder.toString()))
                .satisfies(run -> assertThat(run.code()).isZero())
                .satisfies(run -> assertThat(run.out()).contains("ACQUITTED"));
    }

    @Test
    void the_program_condemns_and_says_why() {
        Scene scene = CleanRound.of(1, ORDERS);
        UUID lost = scene.told("CONFIRMED");
        scene.orders.removeIf(order -> order.id().equals(lost));
        scene.record(folder);

        assertThat(run(folder.toString()))
                .satisfies(run -> assertThat(run.code()).isEqualTo(1))
                .satisfies(run -> assertThat(run.out()).contains("LOST_ORDER " + lost, "CONDEMNED: 1 "));
    }

    @Test
    void the_program_does_not_judge_what_it_cannot_read() throws IOException {
        CleanRound.of(1, ORDERS).record(folder);
        Files.writeString(folder.resolve("round.json"), "null");

        assertThat(run(folder.toString()).code()).isEqualTo(2);
        assertThat(run(folder.resolve("nowhere").toString()).code()).isEqualTo(2);
        assertThat(run().code()).isEqualTo(2);
        assertThat(run(folder.toString()).err()).contains("round.json");
    }

    @Test
    void its_exit_code_is_the_verdict() throws Exception {
        Scene scene = CleanRound.of(1, ORDERS);
        scene.record(folder.resolve("clean"));
        scene.shippingRelay = Scene.relay("STOPPED", 3);
        scene.record(folder.resolve("stuck"));

        assertThat(exitCode("clean")).isZero();
        assertThat(exitCode("stuck")).isEqualTo(1);
        assertThat(exitCode("nowhere")).isEqualTo(2);
    }

    private int exitCode(String round) throws Exception {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        Process judge = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Judge.class.getName(),
                        folder.resolve(round).toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(round + ".out").toFile())
                .start();
        return judge.waitFor();
    }
}
