package dev.waybill.outbox.relay;

import java.util.List;
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
    public Map<String, List<Replays.Replay>> list() {
        return Map.of("items", replays.list(SHOWN));
    }

    /** @param from and {@code to}: positions, both included; {@code to} may be left out and means all there is */
    @WriteOperation
    public WebEndpointResponse<Object> start(
            SecurityContext security, @Nullable String subject, @Nullable Long from, @Nullable Long to) {
        String who = security.getPrincipal() == null
                ? "operator"
                : security.getPrincipal().getName();
        if (subject != null && from == null && to == null) {
            return new WebEndpointResponse<>(Map.of("id", replays.request(subject, who)), 202);
        }
        if (subject == null && from != null && from >= 0 && (to == null || to >= from)) {
            long last = to == null ? Long.MAX_VALUE : to;
            return new WebEndpointResponse<>(Map.of("id", replays.request(from, last, who)), 202);
        }
        return RelayEndpoint.answer(400, "give either subject, or from and to: positions with 0 <= from <= to");
    }
}
