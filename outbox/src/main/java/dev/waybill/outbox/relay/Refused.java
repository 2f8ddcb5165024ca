package dev.waybill.outbox.relay;

import java.time.Duration;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;

/**
 * The broker does not know this service, does not let it, or finds that its clock is wrong: the fault of nothing that is sent. It
 * is seen to by people and told by nobody, so it is tried again, at an interval that fills no log.
 */
final class Refused {

    static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private Refused() {}

    static boolean is(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException
                    || cause instanceof AuthorizationException
                    || cause instanceof InvalidTimestampException
                    // What it says of a single record's time. Of events it could mean nothing else: each has a key.
                    || cause instanceof InvalidRecordException) {
                return true;
            }
        }
        return false;
    }
}
