package dev.waybill.outbox.relay;

import static dev.waybill.outbox.deadletter.OperatorAnswers.text;

import dev.waybill.outbox.deadletter.OperatorAnswers;
import dev.waybill.outbox.deadletter.OperatorAnswers.BadRequestException;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
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
    public WebEndpointResponse<Object> describe() {
        return OperatorAnswers.of(() -> new WebEndpointResponse<>(description(), 200));
    }

    private Description description() {
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
        return OperatorAnswers.of(() -> {
            String why = reason == null ? "" : text("reason", reason);
            switch (action) {
                case "pause" -> operations.pause(why, who);
                case "resume" -> operations.resume();
                case "retry" -> operations.request(Control.Action.RETRY, why, who);
                case "skip" -> {
                    if (why.isBlank()) {
                        throw new BadRequestException(
                                "skip needs a reason: it is kept with the event in the dead letters");
                    }
                    operations.request(Control.Action.SKIP, why, who);
                }
                default -> throw new BadRequestException("action must be pause, resume, retry or skip");
            }
            return new WebEndpointResponse<>(description(), 200);
        });
    }
}
