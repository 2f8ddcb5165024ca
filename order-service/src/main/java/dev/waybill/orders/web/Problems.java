package dev.waybill.orders.web;

import com.fasterxml.jackson.core.JacksonException;
import dev.waybill.orders.web.Problem.FieldError;
import dev.waybill.outbox.EventTooLargeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.Errors;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Makes every error an RFC 9457 problem; where input is at fault, one that names the field and the reason. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return answer(Problem.invalid(errors(e)), request);
    }

    @Override
    protected ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<FieldError> errors = new ArrayList<>();
        for (var parameter : e.getParameterValidationResults()) {
            if (parameter instanceof ParameterErrors body) {
                errors.addAll(errors(body));
            } else {
                String name = parameter.getMethodParameter().getParameterName();
                for (MessageSourceResolvable fault : parameter.getResolvableErrors()) {
                    errors.add(new FieldError(name, fault.getDefaultMessage()));
                }
            }
        }
        return answer(Problem.invalid(errors), request);
    }

    private static List<FieldError> errors(Errors errors) {
        return errors.getFieldErrors().stream()
                .map(fault -> new FieldError(fault.getField(), fault.getDefaultMessage()))
                .toList();
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Problem problem;
        if (cause(e, BodyTooLargeException.class) instanceof BodyTooLargeException tooLarge) {
            problem = tooLarge.problem();
        } else if (e.getCause() instanceof JacksonException fault) {
            problem = Problem.invalid(List.of(JsonFault.of(fault)));
        } else if (e.getCause() == null) {
            problem = Problem.invalid("body", "is required, and must be JSON");
        } else {
            problem = Problem.invalid("body", "cannot be read as JSON");
        }
        return answer(problem, request);
    }

    @Override
    protected ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = e instanceof MethodArgumentTypeMismatchException argument ? argument.getName() : "parameter";
        return answer(Problem.invalid(field, expected(e.getRequiredType())), request);
    }

    private static String expected(Class<?> type) {
        if (type == UUID.class) {
            return "must be a UUID";
        }
        if (type != null && type.isEnum()) {
            return "must be one of " + Arrays.toString(type.getEnumConstants());
        }
        return "must be an integer";
    }

    @ExceptionHandler
    ResponseEntity<Object> handleTooLarge(EventTooLargeException e, WebRequest request) {
        return answer(
                new Problem(
                        HttpStatus.PAYLOAD_TOO_LARGE,
                        "order-too-large",
                        "Order too large",
                        "The order is too large to be told to others; nothing was changed"),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> handleUnexpected(RuntimeException e, WebRequest request) {
        if (DatabaseAway.isBehind(e)) {
            log.warn("Answered 503: {}", Optional.ofNullable(e.getMessage()).orElse(e.toString()));
            return answer(
                    new Problem(
                                    HttpStatus.SERVICE_UNAVAILABLE,
                                    "unavailable",
                                    "Try again",
                                    "The database is not available now; try again, under the same Idempotency-Key")
                            .retryAfter(1),
                    request);
        }
        log.error("Answered 500", e);
        return answer(
                new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "unexpected",
                        "Unexpected error",
                        "Something went wrong here; the log of the service has the cause"),
                request);
    }

    private ResponseEntity<Object> answer(Problem problem, WebRequest request) {
        return handleExceptionInternal(
                problem, problem.getBody(), problem.getHeaders(), problem.getStatusCode(), request);
    }

    @Override
    protected ResponseEntity<Object> createResponseEntity(
            Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpHeaders all = new HttpHeaders();
        all.putAll(headers);
        // Also for a client that accepts application/json only: RFC 9457 clients go by the media type.
        all.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        return super.createResponseEntity(body, all, status, request);
    }

    static Throwable cause(Throwable e, Class<? extends Throwable> type) {
        Throwable cause = e;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
