package dev.waybill.outbox;

/** An event is larger than {@code waybill.outbox.max-event-size}; the caller's transaction should roll back. */
public class EventTooLargeException extends IllegalArgumentException {

    EventTooLargeException(OutboxEvent event, long size, long limit) {
        super("%s of %s has %,d bytes on the wire, over waybill.outbox.max-event-size (%,d bytes)"
                .formatted(event.type(), event.subject(), size, limit));
    }
}
