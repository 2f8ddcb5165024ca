package dev.waybill.systemtests.wire;

import java.util.function.Supplier;

/** What is spoken on a {@link Link}. */
public enum Protocol {
    /** Version 3 of the frontend/backend protocol, without TLS. */
    POSTGRES(PostgresTap::new),
    /** Of any version, without TLS; requests that are not to be answered (acks=0) are not foreseen. */
    KAFKA(KafkaTap::new),
    /** Version 1.1, without TLS and pipelining. */
    HTTP(HttpTap::new);

    private final Supplier<Tap> taps;

    Protocol(Supplier<Tap> taps) {
        this.taps = taps;
    }

    /** For a new connection. */
    Tap tap() {
        return taps.get();
    }
}
