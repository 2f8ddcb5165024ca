package dev.waybill.outbox.inbox;

import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/** The one place that decides whether trouble passes by itself, or would come again with the same event. */
final class Trouble {

    /**
     * SQLSTATE classes: connection, insufficient resources, operator intervention, system error, rollback (deadlock,
     * serialization), object not in prerequisite state (lock not available).
     * <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Source</a>.
     */
    private static final Set<String> PASSING_STATES = Set.of("08", "53", "57", "58", "40", "55");

    private Trouble() {}

    static boolean passes(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof TransactionSystemException
                    || cause instanceof SQLException sql && passes(sql.getSQLState())) {
                return true;
            }
        }
        return Thread.currentThread().isInterrupted();
    }

    /** Without a state it is not the server that judged the statement, but the pool that has no connection to it. */
    private static boolean passes(String state) {
        return state == null || state.length() == 5 && PASSING_STATES.contains(state.substring(0, 2));
    }
}
