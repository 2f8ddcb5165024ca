package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/**
 * The one place that decides whether trouble passes by itself, or would come again with the same event. What passes is tried
 * again until it does, and holds up its partition; what does not makes a dead letter of one event, and holds up its subject.
 * So a mistake in either direction costs: when in doubt it does not pass, for an operator can retry.
 */
final class Trouble {

    /**
     * SQLSTATE classes: connection, rollback (deadlock, serialization), insufficient resources (disk, memory, connections),
     * operator intervention (shutdown, statement timeout), system error.
     * <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">Source</a>.
     */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "57", "58");

    private static final Set<String> PASSING_STATES = Set.of(
            "25006", // read only: a standby, until it is promoted or the pool has found the new primary
            "25P03", // idle in transaction for too long
            "25P04", // transaction timeout
            "26000", // a prepared statement is gone: a pooler between
            "55006", // object in use
            "55P03"); // lock not available, lock timeout

    private Trouble() {}

    static boolean passes(Throwable error) {
        Boolean passes = null;
        for (Throwable cause = error; cause != null && passes == null; cause = cause.getCause()) {
            passes = judge(cause);
        }
        // The whole chain first: Spring's classes are coarser than the server's word beneath them.
        return passes != null
                ? passes
                : passesByItsKind(error) || Thread.currentThread().isInterrupted();
    }

    /** Null where this one alone does not decide. */
    private static Boolean judge(Throwable cause) {
        if (cause instanceof UnprocessableEventException || cause instanceof JsonProcessingException) {
            return false;
        }
        if (cause instanceof CannotCreateTransactionException // whatever the server says of it, no event was looked at
                || cause instanceof CannotGetJdbcConnectionException) {
            return true;
        }
        if (cause instanceof VirtualMachineError) {
            return !(cause instanceof StackOverflowError); // which is the event's own depth
        }
        return cause instanceof SQLException sql ? (Boolean) passes(sql) : null;
    }

    private static boolean passes(SQLException error) {
        String state = error.getSQLState();
        // Without a state it is not the server that judged the statement, but the pool that has no connection to it.
        return state == null
                || state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2))
                || PASSING_STATES.contains(state)
                || planIsOutOfDate(error);
    }

    /** A migration has changed a table under a prepared statement; the next execution prepares it anew. */
    private static boolean planIsOutOfDate(SQLException error) {
        ServerErrorMessage message = error instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        return message != null && "RevalidateCachedQuery".equals(message.getRoutine());
    }

    private static boolean passesByItsKind(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof DataAccessResourceFailureException
                    || cause instanceof TransactionTimedOutException
                    || cause instanceof InterruptedException
                    || cause instanceof SocketException // a handler that calls others: not reached is no answer
                    || cause instanceof SocketTimeoutException
                    || cause instanceof HttpTimeoutException
                    || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
