package dev.waybill.orders.web;

import java.net.URI;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A request that is answered with an RFC 9457 problem, and whose transaction rolls back.
 *
 * <p>The type is a URN that clients can tell cases of one status apart by; the detail is for people.
 */
public final class Problem extends ErrorResponseException {

    static final String INVALID_INPUT = "invalid-input";

    /** More than this many faults of one request are of no use to anybody. */
    private static final int MOST_ERRORS = 50;

    /** A field at fault, written as a path such as {@code lines[0].quantity}, and why. */
    public record FieldError(String field, String reason) {}

    public Problem(HttpStatus status, String type, String title, String detail) {
        super(status, body(status, type, title, detail), null);
    }

    /** 400: one field is at fault. */
    public static Problem invalid(String field, String reason) {
        return invalid(List.of(new FieldError(field, reason)));
    }

    /** 400: several fields are at fault. */
    public static Problem invalid(List<FieldError> errors) {
        Problem problem = new Problem(
                HttpStatus.BAD_REQUEST,
                INVALID_INPUT,
                "Invalid input",
                errors.size() == 1
                        ? errors.get(0).field() + " " + errors.get(0).reason()
                        : errors.size() + " fields are at fault; nothing was changed");
        return problem.with(errors);
    }

    /** Names the fields at fault in the problem's {@code errors}. */
    public Problem with(List<FieldError> errors) {
        getBody().setProperty("errors", errors.stream().limit(MOST_ERRORS).toList());
        return this;
    }

    /** Tells the client when to try again. */
    public Problem retryAfter(int seconds) {
        getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
        return this;
    }

    private static ProblemDetail body(HttpStatus status, String type, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setType(URI.create("urn:waybill:problem:" + type));
        body.setTitle(title);
        return body;
    }
}
