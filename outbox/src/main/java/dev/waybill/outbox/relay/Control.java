package dev.waybill.outbox.relay;

import java.time.Instant;

/**
 * What operators want of the holder, whoever and wherever it is, as it stands in the relay's row.
 *
 * @param pause null unless nothing is to be published for now
 * @param request null unless something is to be done about an event that cannot be published
 */
record Control(Pause pause, Request request) {

    /** Survives restarts. */
    record Pause(String reason, String who, Instant at) {}

    enum Action {
        RETRY,
        SKIP
    }

    /** @param position of the event it is about; a request about any other one is out of date */
    record Request(Action action, long position, String reason, String who, Instant at) {}

    /** The event that cannot be published, and why. */
    record Stopped(long position, String id, String type, String subject, String error, Instant at) {

        static Stopped of(StoredEvent event, Exception error) {
            return new Stopped(
                    event.position(),
                    event.id().toString(),
                    event.type(),
                    event.subject(),
                    error.toString(),
                    Instant.now());
        }

        String text() {
            return "%s %s of %s, position %d, cannot be published: %s".formatted(type, id, subject, position, error);
        }
    }
}
