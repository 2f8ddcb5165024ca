package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Operation;
import java.util.List;
import java.util.Map;

/** What the judge says of a round. */
public record Verdict(List<Violation> violations, Counts counts) {

    /**
     * What was looked at.
     *
     * @param ordersAcknowledged orders that clients were told of
     * @param orders in the list of orders
     * @param calls by their result
     * @param events on both topics, each counted once
     * @param bookings that the carrier has
     * @param duplicates records that repeat an event, on both topics: they are allowed
     * @param lateCalls orders that an unanswered call put back to an earlier address, after later calls: it is allowed
     * @param convergenceMillis from the end of the last fault on; null if it did not converge
     */
    public record Counts(
            int ordersAcknowledged,
            int orders,
            Map<Operation.Result, Long> calls,
            int events,
            int bookings,
            int duplicates,
            int lateCalls,
            Long convergenceMillis) {}

    public Verdict {
        violations = List.copyOf(violations);
    }

    public boolean acquitted() {
        return violations.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        violations.forEach(violation -> text.append(violation).append('\n'));
        text.append(
                "%d orders acknowledged, %d there; calls %s; %d events, %d of their records repetitions; %d bookings%n"
                        .formatted(
                                counts.ordersAcknowledged,
                                counts.orders,
                                counts.calls,
                                counts.events,
                                counts.duplicates,
                                counts.bookings));
        text.append(
                counts.convergenceMillis == null
                        ? "not converged\n"
                        : "converged %.1f s after the last fault\n".formatted(counts.convergenceMillis / 1000.0));
        return text.append(acquitted() ? "ACQUITTED" : "CONDEMNED: %d violations".formatted(violations.size()))
                .toString();
    }
}
