package dev.waybill.orders.web;

import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

/** Thrown out of the reading of a body that turns out to be larger than allowed. */
class BodyTooLargeException extends IOException {

    private final DataSize limit;

    BodyTooLargeException(DataSize limit) {
        super("body over " + limit);
        this.limit = limit;
    }

    Problem problem() {
        String reason = "must have at most %,d bytes".formatted(limit.toBytes());
        return new Problem(HttpStatus.PAYLOAD_TOO_LARGE, "body-too-large", "Body too large", "The body " + reason)
                .with(List.of(new Problem.FieldError("body", reason)));
    }
}
