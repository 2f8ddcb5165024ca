package dev.waybill.systemtests.history;

import static java.util.Objects.requireNonNull;

import dev.waybill.systemtests.outside.Address;
import java.util.UUID;

/**
 * One call of a client, and what became of it. A repetition is a call of its own.
 *
 * @param wish the same for all calls that want the same thing; of a PLACE it is the {@code Idempotency-Key}
 * @param order what the call is about; of a PLACE null unless it is OK
 * @param address null for a CANCEL
 * @param invokedAt ms since the round began, as {@code completedAt}
 * @param status of the HTTP answer; null if there was none
 * @param trouble why it is not OK; null if it is
 */
public record Operation(
        int client,
        Kind kind,
        UUID wish,
        UUID order,
        Address address,
        long invokedAt,
        long completedAt,
        Result result,
        Integer status,
        String trouble) {

    public enum Kind {
        PLACE,
        READDRESS,
        CANCEL
    }

    public enum Result {
        /** Done. */
        OK,
        /** Not done by this call, and it never will be: it was refused. */
        FAIL,
        /** Nobody told, or it is being worked on. */
        UNKNOWN
    }

    public Operation {
        requireNonNull(kind, "kind");
        requireNonNull(wish, "wish");
        requireNonNull(result, "result");
        if ((address == null) != (kind == Kind.CANCEL)) {
            throw new IllegalArgumentException(kind + " with the address " + address);
        }
        if (order == null && (kind != Kind.PLACE || result == Result.OK)) {
            throw new IllegalArgumentException(kind + " " + result + " of no order");
        }
    }
}
