package dev.waybill.systemtests.judge;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.judge.EventTracks.Place;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Says whether a system kept its promises in a round, from the round's recorded history alone. */
public final class Judge {

    static final int ACQUITTED = 0;
    static final int CONDEMNED = 1;
    static final int UNREADABLE = 2;

    private Judge() {}

    /**
     * Prints the verdict on a recorded round. Exit code 0: acquitted, 1: condemned, 2: there is no history to be read.
     *
     * @param args the round's folder
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.size() != 1) {
            err.println("usage: Judge FOLDER, a recorded round");
            return UNREADABLE;
        }
        try {
            Verdict verdict = judge(History.read(Path.of(args.get(0))));
            out.println(verdict);
            return verdict.acquitted() ? ACQUITTED : CONDEMNED;
        } catch (IOException e) {
            err.println("no history to be judged: " + e);
            return UNREADABLE;
        }
    }

    public static Verdict judge(History history) {
        Observed observed = history.observed();
        Findings findings = new Findings();
        Evidence evidence = new Evidence(history);
        EventTracks orderEvents = tracks(history, Observed.ORDERS, observed.orderEvents(), findings);
        EventTracks shipmentEvents = tracks(history, Observed.SHIPMENTS, observed.shipmentEvents(), findings);
        new ExistenceChecks(evidence, findings).judge(observed);
        new EventChecks(evidence, findings).judge(orderEvents, shipmentEvents);
        new StateChecks(evidence, findings).judge();
        int lateCalls = new AddressChecks(evidence, orderEvents, findings).judge();
        new SystemChecks(findings).judge(history);
        return new Verdict(
                findings.violations(),
                new Verdict.Counts(
                        evidence.acknowledged().size(),
                        evidence.orders().size(),
                        calls(history.operations()),
                        orderEvents.events() + shipmentEvents.events(),
                        evidence.bookings().size(),
                        orderEvents.duplicates() + shipmentEvents.duplicates(),
                        lateCalls,
                        convergenceMillis(history.round())));
    }

    private static EventTracks tracks(History history, String topic, List<TopicRecord> records, Findings findings) {
        Set<Place> poison = history.poison().stream()
                .filter(each -> Objects.equals(each.topic(), topic))
                .map((Poison each) -> new Place(each.partition(), each.offset()))
                .collect(toSet());
        return new EventTracks(topic, records, poison, findings);
    }

    private static Map<Operation.Result, Long> calls(List<Operation> operations) {
        return operations.stream()
                .collect(groupingBy(Operation::result, () -> new EnumMap<>(Operation.Result.class), counting()));
    }

    /** From the end of the last fault on; null if it did not converge. */
    static Long convergenceMillis(Round round) {
        return round.convergedAt() == null ? null : round.convergedAt() - round.healedAt();
    }
}
