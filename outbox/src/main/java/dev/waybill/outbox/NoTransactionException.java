package dev.waybill.outbox;

/** An event was appended outside a transaction on the outbox's {@code DataSource}; nothing was written. */
public class NoTransactionException extends IllegalStateException {

    NoTransactionException(OutboxEvent event) {
        super(
                ("%s of %s was appended outside a transaction on the outbox's DataSource: the event and the change it tells"
                                + " of must commit together. Call Outbox.append from a @Transactional method.")
                        .formatted(event.type(), event.subject()));
    }
}
