package dev.waybill.systemtests.judge;

import static java.util.stream.Collectors.groupingBy;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.judge.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the system as a whole came to rest, with nothing left over, and was really disturbed. */
record SystemChecks(Findings findings) {

    /** The service that takes in a topic. */
    private static final Map<String, String> RECEIVERS = Map.of(
            Observed.ORDERS, Observed.SHIPPING_SERVICE,
            Observed.SHIPMENTS, Observed.ORDER_SERVICE);

    /** Where a dead letter is, and of which record it is. */
    private record Address(String service, String topic, int partition, long offset) {

        static Address of(Poison poison) {
            return new Address(RECEIVERS.get(poison.topic()), poison.topic(), poison.partition(), poison.offset());
        }

        static Address of(Observed.Letter letter) {
            return new Address(letter.service(), letter.topic(), letter.partition(), letter.offset());
        }
    }

    void judge(History history) {
        relay(Observed.ORDER_SERVICE, history.observed().relays().orders());
        relay(Observed.SHIPPING_SERVICE, history.observed().relays().shipping());
        deadLetters(history.poison(), history.observed().deadLetters());
        converged(history.round());
        history.faults().stream()
                .filter(FaultSpan::withoutEffect)
                .forEach(fault -> findings.add(
                        Kind.FAULT_WITHOUT_EFFECT,
                        fault.name() + " " + fault.target(),
                        "from %d to %d ms, and nothing showed it",
                        fault.from(),
                        fault.to()));
    }

    private void relay(String service, Observed.Relay relay) {
        if (!"ACTIVE".equals(relay.state())
                || !relay.holes().isEmpty()
                || relay.lag().events() != 0) {
            findings.add(
                    Kind.STUCK_RELAY,
                    service,
                    "%s, %d events behind, the holes %s, last error %s",
                    relay.state(),
                    relay.lag().events(),
                    relay.holes(),
                    relay.lastError());
        }
    }

    private void deadLetters(List<Poison> poison, List<Observed.Letter> letters) {
        Set<Address> expected = poison.stream().map(Address::of).collect(Collectors.toSet());
        letters.stream()
                .filter(letter -> !expected.contains(Address.of(letter)))
                .forEach(letter ->
                        findings.add(Kind.UNEXPECTED_DEAD_LETTER, letter.service() + " " + letter.id(), "%s", letter));
        Map<Address, List<Observed.Letter>> open = letters.stream()
                .filter(letter -> "FAILED".equals(letter.state()) || "WAITING".equals(letter.state()))
                .collect(groupingBy(Address::of));
        for (Poison each : poison) {
            int count = open.getOrDefault(Address.of(each), List.of()).size();
            if (count != 1) {
                findings.add(
                        count == 0 ? Kind.LOST_DEAD_LETTER : Kind.DOUBLED_DEAD_LETTER,
                        "%s/%d/%d".formatted(each.topic(), each.partition(), each.offset()),
                        "%s, in %d open dead letters of the %s",
                        each.kind(),
                        count,
                        RECEIVERS.get(each.topic()));
            }
        }
    }

    private void converged(Round round) {
        Long took = Judge.convergenceMillis(round);
        if (took == null || took > round.limitSeconds() * 1000L) {
            findings.add(
                    Kind.NOT_CONVERGED,
                    round.name(),
                    "%s ms after the last fault, the limit is %d s",
                    took == null ? "not" : took,
                    round.limitSeconds());
        }
    }
}
