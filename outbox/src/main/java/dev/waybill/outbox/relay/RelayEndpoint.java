package dev.waybill.outbox.relay;

import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.lang.Nullable;

/** {@code /actuator/relay}: what the relay does, and what an operator can tell it, on whatever instance. */
@Endpoint(id = "relay")
final class RelayEndpoint {

    enum State {
        /** This instance publishes. */
        ACTIVE,
        /** Another one does, or nobody can for now. */
        STANDBY,
        /** An operator wants nothing published. */
        PAUSED,
        /** An event cannot be published; an operator is needed. */
        STOPPED
    }

    record OpenHole(long position, long last, Instant since) {}

    record Description(
            State state,
            String holder,
            Instant heartbeatAt,
            long position,
            List<OpenHole> holes,
            RelayOperations.Lag lag,
            double publishedPerSecond,
            String lastError,
            Control.Pause paused,
            Control.Stopped stopped) {}

    private final RelayStatus status;
    private final RelayOperations operations;

    RelayEndpoint(RelayStatus status, RelayOperations operations) {
        this.status = status;
        this.operations = operations;
    }

    @ReadOperation
    public Description describe() {
        RelayOperations.View view = operations.view();
        return new Description(
                state(status, view),
                view.holder(),
                view.heartbeatAt(),
                view.position(),
                view.holes().stream()
                        .map(hole -> new OpenHole(hole.first(), hole.last(), hole.since()))
                        .toList(),
                view.lag(),
                status.rate(),
                view.stopped() == null ? status.lastError() : view.stopped().text(),
                view.pause(),
                view.stopped());
    }

    static State state(RelayStatus status, RelayOperations.View view) {
        if (view.pause() != null) {
            return State.PAUSED;
        }
        if (view.stopped() != null) {
            return State.STOPPED;
        }
        return status.active() ? State.ACTIVE : State.STANDBY;
    }

    /** Takes effect within the relay's poll interval; 409 where there is nothing to retry or skip. */
    @WriteOperation
    public WebEndpointResponse<Object> act(SecurityContext security, String action, @Nullable String reason) {
        Principal principal = security.getPrincipal();
        String who = principal == null ? "operator" : principal.getName();
        try {
            switch (action) {
                case "pause" -> operations.pause(reason == null ? "" : reason, who);
                case "resume" -> operations.resume();
                case "retry" -> operations.request(Control.Action.RETRY, reason == null ? "" : reason, who);
                case "skip" -> {
                    if (reason == null || reason.isBlank()) {
                        return answer(400, "skip needs a reason: it is kept with the event in the dead letters");
                    }
                    operations.request(Control.Action.SKIP, reason, who);
                }
                default -> {
                    return answer(400, "action must be pause, resume, retry or skip");
                }
            }
        } catch (RelayOperations.WrongStateException e) {
            return answer(409, e.getMessage());
        }
        return new WebEndpointResponse<>(describe(), 200);
    }

    static WebEndpointResponse<Object> answer(int status, String error) {
        return new WebEndpointResponse<>(Map.of("status", status, "detail", error), status);
    }
}
