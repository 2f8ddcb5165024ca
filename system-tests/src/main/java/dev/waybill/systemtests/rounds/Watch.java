package dev.waybill.systemtests.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.history.Sample;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Looks once a second at how it stands, as an operator's dashboard would. */
final class Watch implements AutoCloseable {

    private final Cluster cluster;
    private final Recorder recorder;
    private final Stopwatch clock;
    private final LongSupplier acknowledged;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    Watch(Cluster cluster, Recorder recorder, Stopwatch clock, LongSupplier acknowledged) {
        this.cluster = cluster;
        this.recorder = recorder;
        this.clock = clock;
        this.acknowledged = acknowledged;
        timer.scheduleWithFixedDelay(this::sample, 0, 1, TimeUnit.SECONDS);
    }

    private void sample() {
        recorder.add(new Sample(
                clock.elapsed().toMillis(),
                backlog(Instance.ORDERS).orElse(null),
                backlog(Instance.SHIPPING).orElse(null),
                ask(Instance.SHIPPING, "/circuitbreakers")
                        .map(answer -> answer.json()
                                .at("/circuitBreakers/carrier/state")
                                .asText())
                        .orElse(null),
                ask(Instance.SHIPPING, "/prometheus").flatMap(Watch::waiting).orElse(null),
                acknowledged.getAsLong()));
    }

    private Optional<Long> backlog(String service) {
        return ask(service, "/relay")
                .map(answer -> answer.json().at("/lag/events"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asLong);
    }

    private static Optional<Long> waiting(Http.Answer metrics) {
        return metrics.body()
                .lines()
                .filter(line -> line.startsWith("shipping_waiting"))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .filter(Double::isFinite)
                .map(Double::longValue)
                .findFirst();
    }

    /** The first instance that answers. */
    private Optional<Http.Answer> ask(String service, String path) {
        for (Instance instance : cluster.instances(service)) {
            try {
                Http.Answer answer = Http.quickly(instance.actuator(path));
                if (answer.status() == 200) {
                    return Optional.of(answer);
                }
            } catch (IOException e) {
                // It is dead or frozen.
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
