package dev.waybill.systemtests.rounds;

import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.outside.Stopwatch;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Several at once, each a {@link Customer} of its own mind. */
final class Customers implements AutoCloseable {

    private static final int COUNT = 8;
    private static final Duration END_LIMIT = Duration.ofMinutes(3);

    private final ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    private final CountDownLatch closingTime = new CountDownLatch(1);
    private final AtomicInteger acknowledged = new AtomicInteger();

    /** They begin at once. */
    Customers(Cluster cluster, Recorder recorder, Stopwatch clock, Random random) {
        List<String> orders = cluster.instances(Instance.ORDERS).stream()
                .map(instance -> instance.url("/orders"))
                .toList();
        AtomicInteger houseNumbers = new AtomicInteger();
        for (int number = 1; number <= COUNT; number++) {
            Random own = new Random(random.nextLong());
            threads.execute(
                    new Customer(number, orders, recorder, clock, own, houseNumbers, acknowledged, closingTime));
        }
    }

    /** Orders that they were told of. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** Lets each end what it is at. */
    void finish() throws InterruptedException {
        closingTime.countDown();
        threads.shutdown();
        if (!threads.awaitTermination(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("customers do not end within " + END_LIMIT);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
