package dev.waybill.orders.order;

import dev.waybill.orders.web.Problem;
import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;

/** The version that a client believes to change: an {@code If-Match} header, or null for any. */
record IfMatch(String header) {

    void require(OrderView order) {
        if (header == null || header.strip().equals("*")) {
            return;
        }
        ETag current = ETag.create(order.etag());
        // Malformed tags are none that match, and weak ones never do (RFC 9110, 13.1.1).
        if (ETag.parse(header).stream().noneMatch(tag -> tag.compare(current, true))) {
            throw new Problem(
                    HttpStatus.PRECONDITION_FAILED,
                    "changed-meanwhile",
                    "Changed meanwhile",
                    "The order is at version %s now; read it again".formatted(order.etag()));
        }
    }
}
