package dev.waybill.outbox.deadletter;

import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * How the library's endpoints answer when something cannot be done: 400 for what was asked wrongly, 409 for what cannot be
 * done in this state, 503 while the database is away; always with the reason.
 */
public final class OperatorAnswers {

    /** Asked wrongly; the message says what is right. */
    public static final class BadRequestException extends RuntimeException {
        public BadRequestException(String message) {
            super(message);
        }
    }

    private OperatorAnswers() {}

    /** The answer of this work, or to what went wrong with it. */
    public static WebEndpointResponse<Object> of(Supplier<WebEndpointResponse<Object>> work) {
        try {
            return work.get();
        } catch (BadRequestException e) {
            return problem(400, e.getMessage());
        } catch (Remedies.RefusedException e) {
            return problem(409, e.getMessage());
        } catch (Remedies.NotNowException e) {
            return problem(503, e.getMessage());
        } catch (DataAccessException | TransactionException e) {
            Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
            return problem(503, "the database does not do it now: " + cause.getMessage());
        }
    }

    public static WebEndpointResponse<Object> problem(int status, String detail) {
        return new WebEndpointResponse<>(Map.of("status", status, "detail", detail), status);
    }

    /**
     * @param name of the parameter
     * @param text null where it was left out
     * @return the same text, which Postgres can keep
     * @throws BadRequestException if there is a NUL in it
     */
    public static String text(String name, String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw new BadRequestException(name + " must not have NUL in it");
        }
        return text;
    }
}
