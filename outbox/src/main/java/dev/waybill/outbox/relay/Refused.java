package dev.waybill.outbox.relay;

import java.time.Duration;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * The broker does not know this service, or does not let it: the fault of nothing that is sent. It is seen to by people and
 * told by nobody, so it is tried again, at an interval that fills no log.
 */
final class Refused {

    static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private Refused() {}

    static boolean is(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
                return true;
            }
        }
        return false;
    }
}
