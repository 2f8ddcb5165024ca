package dev.waybill.outbox.relay;

import java.util.List;

/** What a relay remembers: everything up to {@code position} is published, except what lies in the holes. */
record Offset(long position, List<Hole> holes) {

    Offset {
        holes = List.copyOf(holes);
    }
}
