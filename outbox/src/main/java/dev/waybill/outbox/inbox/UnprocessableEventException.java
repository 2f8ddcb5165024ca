package dev.waybill.outbox.inbox;

/** An event cannot be handled, and trying again would not mend it: it goes to the dead letters. */
public class UnprocessableEventException extends RuntimeException {

    public UnprocessableEventException(String message, Throwable cause) {
        super(message, cause);
    }

    public UnprocessableEventException(String message) {
        super(message);
    }
}
