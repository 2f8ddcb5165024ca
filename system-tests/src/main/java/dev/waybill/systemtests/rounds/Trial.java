package dev.waybill.systemtests.rounds;

import dev.waybill.sandbox.Console;
import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.Part;
import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.history.History;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Logs;
import dev.waybill.systemtests.outside.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One round: a fresh system, customers, a nemesis; then all is healed, customers end what they are at, and it is waited until
 * nothing is on its way. What happened and how it stands in the end is recorded; others judge.
 */
final class Trial {

    private static final Logger log = LoggerFactory.getLogger(Trial.class);

    private static final Duration CONVERGENCE_LIMIT = Duration.ofMinutes(3);

    private final Plan plan;
    private final Path project;
    private final Path folder;

    /**
     * @param seed of everything random
     * @param lasting how long customers and nemesis go on
     * @param instances of each service
     * @param calm whether there is no nemesis
     * @param askingAgain whether orders that are not acknowledged are published again; where they are not, nothing mends what
     *     a relay or an inbox does wrong
     */
    record Plan(long seed, String name, Duration lasting, int instances, boolean calm, boolean askingAgain) {

        private Map<String, String> environment(Map<String, String> more) {
            Map<String, String> all = new HashMap<>(more);
            if (!askingAgain) {
                all.put("ORDERS_ACKNOWLEDGEMENT_TIMEOUT", "1h");
                all.put("ORDERS_ACKNOWLEDGEMENT_LONGEST_TIMEOUT", "1h");
            }
            return all;
        }
    }

    /**
     * @param project where the services were built
     * @param folder is made; gets the history, and in {@code logs/} what the system says
     */
    Trial(Plan plan, Path project, Path folder) {
        this.plan = plan;
        this.project = project;
        this.folder = folder;
    }

    /** Runs it and returns what was recorded. */
    History run() throws Exception {
        Path home = Files.createTempDirectory("waybill-round");
        try (Recorder recorder = new Recorder(folder);
                DiskFaults disks = DiskFaults.mount(home)) {
            Clocks clocks = Clocks.in(home.resolve("clocks"));
            try (Cluster cluster = new Cluster(
                    project,
                    home,
                    plan.instances(),
                    name -> plan.environment(clocks.environment(name)),
                    new Console(System.out))) {
                Stopwatch start = new Stopwatch();
                cluster.start();
                log.info("{} begins, ready after {} s", plan, Stopwatch.seconds(start.elapsed()));
                run(cluster, recorder, disks, clocks);
            } finally {
                Logs.keep(folder.resolve("logs"), home.resolve("logs"));
            }
        } finally {
            Folders.delete(home);
        }
        return History.read(folder);
    }

    private void run(Cluster cluster, Recorder recorder, DiskFaults disks, Clocks clocks) throws Exception {
        Stopwatch clock = new Stopwatch();
        Instant startedAt = Instant.now();
        Random random = new Random(plan.seed());
        Journal journal = new Journal(new Carrier(cluster));
        Observation observation = new Observation(cluster);
        Customers customers = new Customers(cluster, recorder, clock, random);
        try (customers;
                Watch watch = new Watch(cluster, recorder, clock, customers::acknowledged)) {
            List<Supplier<Fault>> faults =
                    plan.calm() ? List.of() : faults(cluster, recorder, journal, disks, clocks, random);
            new Nemesis(faults, recorder, clock, random).rage(endAfter(plan.lasting()));
            long healedAt = clock.elapsed().toMillis();
            customers.finish();
            Long convergedAt = awaitRest(observation) ? clock.elapsed().toMillis() : null;
            log.info("healed at {} ms, at rest at {} ms", healedAt, convergedAt);
            recorder.round(new Round(plan.seed(), plan.name(), startedAt, plan.instances(), healedAt, convergedAt, (int)
                    CONVERGENCE_LIMIT.toSeconds()));
        }
        observation.write(recorder, journal);
    }

    private static CountDownLatch endAfter(Duration time) {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(end::countDown);
        return end;
    }

    private boolean awaitRest(Observation observation) {
        String[] unrest = {""};
        boolean rest = Waiting.until(CONVERGENCE_LIMIT, () -> {
            unrest[0] = observation.unrest();
            return unrest[0].isEmpty();
        });
        if (!rest) {
            log.error("not at rest after {}: {}", CONVERGENCE_LIMIT, unrest[0]);
        }
        return rest;
    }

    private static List<Supplier<Fault>> faults(
            Cluster cluster, Recorder recorder, Journal journal, DiskFaults disks, Clocks clocks, Random random) {
        List<Supplier<Fault>> all = new ArrayList<>();
        for (Part part : cluster.parts()) {
            boolean carrier = part == cluster.carrierServer();
            all.add(() -> ended(cluster, journal, ProcessFaults.kill(part), carrier));
            all.add(() -> ended(cluster, journal, ProcessFaults.restart(part), carrier));
            all.add(() -> ProcessFaults.freeze(part));
        }
        for (Instance instance : cluster.instances()) {
            all.add(() -> ProcessFaults.killUnanswered(instance));
            instance.links().forEach(link -> {
                all.add(() -> NetworkFaults.cut(link));
                all.add(() -> NetworkFaults.silence(link));
                all.add(() -> NetworkFaults.delay(link, Duration.ofMillis(50 + random.nextInt(200))));
            });
            if (instance.carrier() != null) {
                all.add(() -> NetworkFaults.garble(instance.carrier()));
            }
            all.add(() -> clocks.shift(instance, Duration.ofSeconds(random.nextInt(14_400) - 7_200)));
        }
        all.add(() -> CarrierFaults.state(cluster, "down"));
        all.add(() -> CarrierFaults.state(cluster, "slow"));
        all.add(() -> CarrierFaults.flapping(cluster));
        all.add(disks::postgres);
        all.add(disks::kafka);
        TopicFaults topics = new TopicFaults(cluster, recorder);
        TopicFaults.TOPICS.forEach(topic -> {
            all.add(() -> topics.poison(topic));
            all.add(() -> topics.duplicates(topic, random));
        });
        all.add(() -> topics.rewind(Instance.ORDERS));
        all.add(() -> topics.rewind(Instance.SHIPPING));
        return all;
    }

    private static Fault ended(Cluster cluster, Journal journal, Fault end, boolean carrier) {
        return carrier ? new CarrierEnd(cluster, journal, end) : end;
    }
}
