package dev.waybill.systemtests.wire;

import java.util.Set;

/**
 * A request on a {@link Link}, as far as it is read.
 *
 * @param text Postgres: the statement, at most its first 16 kB; Kafka: the number of the API; HTTP: the request line
 * @param before Postgres: the statements executed before it in the same transaction; else empty
 */
public record Message(String text, Set<String> before) {

    Message(String text) {
        this(text, Set.of());
    }
}
