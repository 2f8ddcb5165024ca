package dev.waybill.outbox.relay;

import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the relay of this instance is doing, for others to look at; and its log: one line a change, not one a failure. */
final class RelayStatus {

    /** What an operator is shown. */
    enum State {
        /** This instance publishes. */
        ACTIVE,
        /** Another instance publishes, or nobody can for now. */
        STANDBY,
        /** An event cannot be published, and trying again by itself would not help. */
        STOPPED
    }

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private volatile State state = State.STANDBY;
    private volatile String lastError;
    private volatile boolean inTrouble;
    private volatile Offset offset = new Offset(0, List.of());
    private volatile long published;

    State state() {
        return state;
    }

    Offset offset() {
        return offset;
    }

    String lastError() {
        return lastError;
    }

    long published() {
        return published;
    }

    void active(Offset from) {
        offset = from;
        state = State.ACTIVE;
        log.info(
                "publishing from position {} on, {} holes",
                from.position(),
                from.holes().size());
        fine();
    }

    void standingBy() {
        state = State.STANDBY;
        fine();
    }

    void published(InFlight.Entry entry) {
        published++;
        if (inTrouble) {
            fine();
        }
    }

    void read(int events, Collection<Hole> holes) {}

    void saved(Offset saved) {
        offset = saved;
    }

    /** Trouble that passes: said once, until it is over. */
    void retrying(Exception error) {
        if (!inTrouble) {
            inTrouble = true;
            lastError = error.toString();
            log.warn("publishing is held up and goes on by itself when this is over: {}", lastError);
        }
    }

    void stopped(StoredEvent event, Exception error) {
        lastError = "event %s (%s, position %d) cannot be published: %s"
                .formatted(event.id(), event.type(), event.position(), error);
        state = State.STOPPED;
        log.error("the relay has stopped: {}", lastError, error);
    }

    private void fine() {
        if (inTrouble) {
            inTrouble = false;
            log.info("publishing goes on");
        }
    }
}
