package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.wire.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The carrier's process ends. First its links fall silent, so that its journal can be taken over before it is lost: whoever
 * was asking it gets no answer either way.
 */
final class CarrierEnd extends Fault {

    private static final Duration QUIET_LIMIT = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final Journal journal;
    private final Fault end;

    /** @param end kills or restarts the carrier */
    CarrierEnd(Cluster cluster, Journal journal, Fault end) {
        super(end.name(), end.target());
        this.cluster = cluster;
        this.journal = journal;
        this.end = end;
    }

    @Override
    String strike() throws Exception {
        links().forEach(Link::silence);
        awaitQuiet();
        int saved = journal.takeOver();
        String effect = end.strike();
        return effect == null ? null : effect + ", after " + saved + " requests";
    }

    @Override
    String heal() throws Exception {
        links().forEach(Link::heal);
        return end.heal();
    }

    @Override
    String awaitBack() throws Exception {
        return end.awaitBack();
    }

    private List<Link> links() {
        return cluster.instances().stream()
                .map(Instance::carrier)
                .filter(Objects::nonNull)
                .toList();
    }

    private void awaitQuiet() {
        int[] last = {-1};
        Waiting.until(QUIET_LIMIT, () -> last[0] == (last[0] = count()));
    }

    private int count() throws IOException {
        return new Carrier(cluster).count();
    }
}
