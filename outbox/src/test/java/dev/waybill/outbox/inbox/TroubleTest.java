package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;

/** What is tried again until it passes, and what makes a dead letter. */
class TroubleTest {

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "08000, connection exception, true",
        "08006, broken pipe, true",
        "08P01, protocol violation, true",
        "57014, statement timeout, true",
        "57P01, admin shutdown, true",
        "57P03, cannot connect now, true",
        "57P05, idle session timeout, true",
        "53100, disk full, true",
        "53200, out of memory, true",
        "53300, too many connections, true",
        "58030, io error, true",
        "40001, serialization failure, true",
        "40P01, deadlock, true",
        "55P03, lock timeout, true",
        "55006, object in use, true",
        "25006, read-only standby, true",
        "25P03, idle in transaction, true",
        "25P04, transaction timeout, true",
        "26000, prepared statement gone, true",
        "55000, lastval not yet defined, false",
        "54000, index row too large, false",
        "25P02, transaction is aborted, false",
        "22001, too long, false",
        "22021, NUL in text, false",
        "22P05, NUL in json, false",
        "23502, not null, false",
        "23503, foreign key, false",
        "23505, unique, false",
        "42P01, undefined table, false",
        "42501, insufficient privilege, false",
        "0A000, feature not supported, false",
        "P0001, raise exception, false",
        "XX000, internal error, false"
    })
    void theServersWordCountsHoweverItIsWrapped(String state, String name, boolean passes) {
        SQLException error = new SQLException(name, state);
        DataAccessException translated = new SQLExceptionSubclassTranslator().translate("handle", "SELECT", error);
        assertThat(Trouble.passes(error)).isEqualTo(passes);
        assertThat(Trouble.passes(translated != null ? translated : new IllegalStateException(error)))
                .isEqualTo(passes);
        assertThat(Trouble.passes(new DataAccessResourceFailureException("as Spring calls class 54 too", error)))
                .isEqualTo(passes);
        assertThat(Trouble.passes(new TransactionSystemException("at commit", error)))
                .as("a deferred constraint is no passing trouble, a lost connection is")
                .isEqualTo(passes);
        assertThat(Trouble.passes(new IllegalStateException(new BatchUpdateException("", state, new int[0], error))))
                .isEqualTo(passes);
        assertThat(Trouble.passes(new UnprocessableEventException("the handler's own word", error)))
                .isFalse();
        assertThat(Trouble.passes(new CannotCreateTransactionException("no event was looked at", error)))
                .isTrue();
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(new SQLTransientConnectionException("the pool's timeout"), true),
                Arguments.of(new CannotGetJdbcConnectionException("", new SQLException("auth", "28P01")), true),
                Arguments.of(new PSQLException(outOfDatePlan()), true),
                Arguments.of(new TransactionTimedOutException(""), true),
                Arguments.of(new TransientDataAccessResourceException("the handler's own word"), true),
                Arguments.of(new OptimisticLockingFailureException(""), true),
                Arguments.of(new OutOfMemoryError(), true),
                Arguments.of(new IllegalStateException(new InterruptedException()), true),
                Arguments.of(new ResourceAccessException("", new ConnectException()), true),
                Arguments.of(new ResourceAccessException("", new SocketTimeoutException()), true),
                Arguments.of(new IllegalStateException(new HttpTimeoutException("")), true),
                Arguments.of(new IllegalStateException(new UnknownHostException()), true),
                Arguments.of(
                        HttpServerErrorException.create(
                                org.springframework.http.HttpStatus.SERVICE_UNAVAILABLE, "", null, null, null),
                        false),
                Arguments.of(new StackOverflowError(), false),
                Arguments.of(new AssertionError(), false),
                Arguments.of(new NoClassDefFoundError(), false),
                Arguments.of(new IllegalStateException("a handler's"), false),
                Arguments.of(new NullPointerException(), false),
                Arguments.of(new IllegalStateException(new FileNotFoundException()), false),
                Arguments.of(new IllegalStateException(jsonError()), false),
                Arguments.of(new DataIntegrityViolationException(""), false),
                Arguments.of(new UnexpectedRollbackException(""), false),
                Arguments.of(
                        new TransactionSystemException("", new IllegalArgumentException("bean validation")), false));
    }

    private static JsonProcessingException jsonError() {
        try {
            new ObjectMapper().readTree("{");
            throw new AssertionError();
        } catch (JsonProcessingException e) {
            return e;
        }
    }

    private static ServerErrorMessage outOfDatePlan() {
        return new ServerErrorMessage(
                "SERROR\0C0A000\0Mcached plan must not change result type\0RRevalidateCachedQuery\0");
    }

    @ParameterizedTest
    @MethodSource("others")
    void theOthersByTheirKind(Throwable error, boolean passes) {
        assertThat(Trouble.passes(error)).isEqualTo(passes);
    }

    @Test
    void whateverHappensToAThreadThatIsToEndIsNotTheEventsFault() {
        Thread.currentThread().interrupt();
        assertThat(Trouble.passes(new IllegalStateException())).isTrue();
    }
}
