package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.outside.Carrier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Carries the carrier's journal over its deaths: what it has done it has still, but not what it knows of having been asked. */
final class Journal {

    private final Carrier carrier;
    private final List<Carrier.Request> requests = new ArrayList<>();

    Journal(Carrier carrier) {
        this.carrier = carrier;
    }

    /** Takes over what is in the carrier's journal, and empties that. Nobody may be asking the carrier meanwhile. */
    synchronized int takeOver() throws IOException {
        List<Carrier.Request> more = carrier.requests();
        requests.addAll(more);
        carrier.forget();
        return more.size();
    }

    /** All that was taken over, the first ones first. */
    synchronized List<Carrier.Request> requests() {
        return List.copyOf(requests);
    }
}
