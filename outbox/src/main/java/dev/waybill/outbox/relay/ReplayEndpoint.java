package dev.waybill.outbox.relay;

import static dev.waybill.outbox.deadletter.OperatorAnswers.text;

import dev.waybill.outbox.deadletter.OperatorAnswers;
import dev.waybill.outbox.deadletter.OperatorAnswers.BadRequestException;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.lang.Nullable;

/** {@code /actuator/replay}: has published events published again, by subject or by positions. */
@Endpoint(id = "replay")
final class ReplayEndpoint {

    private static final int SHOWN = 100;

    private final Replays replays;

    ReplayEndpoint(Replays replays) {
        this.replays = replays;
    }

    /** The newest ones, with how far they have got. */
    @ReadOperation
    public WebEndpointResponse<Object> list() {
        return OperatorAnswers.of(() -> new WebEndpointResponse<>(Map.of("items", replays.list(SHOWN)), 200));
    }

    /** @param from and {@code to}: positions, both included; {@code to} may be left out and means all there is */
    @WriteOperation
    public WebEndpointResponse<Object> start(
            SecurityContext security, @Nullable String subject, @Nullable Long from, @Nullable Long to) {
        String who = security.getPrincipal() == null
                ? "operator"
                : security.getPrincipal().getName();
        return OperatorAnswers.of(() ->
                new WebEndpointResponse<>(Map.of("id", request(text("subject", subject), from, to, who)), 202));
    }

    private long request(String subject, Long from, Long to, String who) {
        if (subject != null && from == null && to == null) {
            return replays.request(subject, who);
        }
        if (subject == null && from != null && from >= 0 && (to == null || to >= from)) {
            return replays.request(from, to == null ? Long.MAX_VALUE : to, who);
        }
        throw new BadRequestException("give either subject, or from and to: positions with 0 <= from <= to");
    }
}
