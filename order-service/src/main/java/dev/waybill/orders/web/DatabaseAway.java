package dev.waybill.orders.web;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** Tells trouble that passes (no connection, a server going down, a deadlock, a lock held too long) from faults. */
final class DatabaseAway {

    /**
     * Connection, rollback (deadlock), insufficient resources, lock not available or in recovery, operator intervention
     * (shutdown, statement timeout), system error: the SQLSTATE classes after which the same request may well succeed.
     */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "55", "57", "58");

    private static final Set<String> PASSING_STATES = Set.of(
            "25006", // read only: a standby, until it is promoted or the pool has found the new primary
            "25P03", // idle in transaction for too long
            "25P04", // transaction timeout
            "26000"); // a prepared statement is gone: a pooler between

    private DatabaseAway() {}

    static boolean isBehind(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CannotCreateTransactionException
                    || cause instanceof TransientDataAccessException
                    || cause instanceof SQLTransientException
                    || cause instanceof SQLRecoverableException
                    || cause instanceof TransactionSystemException // the rollback failed too
                    || cause instanceof SQLException sql && isPassing(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPassing(String state) {
        // Without a state it was not the server that judged the statement, but the pool that has no connection to it.
        return state == null
                || state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2))
                || PASSING_STATES.contains(state);
    }
}
