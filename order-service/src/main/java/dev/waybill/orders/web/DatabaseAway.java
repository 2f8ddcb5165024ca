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
     * (shutdown, statement timeout): the SQLSTATE classes after which the same request may well succeed.
     */
    private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57");

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
        return state == null || state.length() == 5 && PASSING.contains(state.substring(0, 2));
    }
}
