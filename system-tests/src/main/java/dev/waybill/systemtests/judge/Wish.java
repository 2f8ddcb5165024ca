package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Operation.Kind;
import dev.waybill.systemtests.history.Operation.Result;
import dev.waybill.systemtests.outside.Address;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Something a client wanted, with all the calls that it made for it.
 *
 * @param calls at least one, in the order in which they were made
 */
record Wish(List<Operation> calls) {

    Kind kind() {
        return calls.get(0).kind();
    }

    UUID id() {
        return calls.get(0).wish();
    }

    Address address() {
        return calls.get(0).address();
    }

    /** What the client was told of: one order, unless something is wrong. */
    Set<UUID> acknowledgedOrders() {
        Set<UUID> orders = new LinkedHashSet<>();
        calls.stream().filter(call -> call.result() == Result.OK).forEach(call -> orders.add(call.order()));
        return orders;
    }

    boolean acknowledged() {
        return any(Result.OK);
    }

    /** Certainly not done. What is repeated and refused then may be refused because it was done the first time. */
    boolean refused() {
        return any(Result.FAIL) && !acknowledged() && (kind() == Kind.PLACE || !any(Result.UNKNOWN));
    }

    boolean open() {
        return !acknowledged() && !refused();
    }

    /** Whether a call of it got no answer at all, so that it may be done late. */
    boolean unanswered() {
        return calls.stream().anyMatch(call -> call.result() == Result.UNKNOWN && call.status() == null);
    }

    /** How many of its calls may have been done, each on its own. */
    long possible() {
        return calls.stream().filter(call -> call.result() != Result.FAIL).count();
    }

    private boolean any(Result result) {
        return calls.stream().anyMatch(call -> call.result() == result);
    }
}
