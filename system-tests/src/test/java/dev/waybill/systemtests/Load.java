package dev.waybill.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.OrderClient.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Several at once who place orders. */
final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration LAST_ANSWER = Duration.ofMinutes(4);

    /** So that the clients leave the machine to the part that is starting again. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final OrderClient orders;
    private final int total;
    private final ScheduledExecutorService clients;
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    private Load(OrderClient orders, int count, int total) {
        this.orders = orders;
        this.total = total;
        AtomicInteger left = new AtomicInteger(total);
        clients = Executors.newScheduledThreadPool(count);
        for (int i = 0; i < count; i++) {
            clients.scheduleWithFixedDelay(
                    () -> {
                        if (left.getAndDecrement() > 0) {
                            outcomes.add(orders.place());
                        }
                    },
                    0,
                    PAUSE.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Starts clients who place one order after the other until {@link #stop}. */
    static Load of(OrderClient orders, int clients) {
        return of(orders, clients, Integer.MAX_VALUE);
    }

    /** Starts clients who place so many orders together, one after the other, with some time between. */
    static Load of(OrderClient orders, int clients, int total) {
        return new Load(orders, clients, total);
    }

    /** Has a number of orders placed, as fast as it goes. */
    static List<Outcome> burst(OrderClient orders, int clients, int count) throws InterruptedException {
        List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(clients);
        for (int i = 0; i < count; i++) {
            executor.execute(() -> outcomes.add(orders.place()));
        }
        finish(executor, orders.patience().plus(LAST_ANSWER));
        return outcomes;
    }

    /** Waits until some more orders are placed. */
    void awaitMore(int count) {
        int enough = outcomes.size() + count;
        await(count + " more orders").atMost(PATIENCE).until(() -> outcomes.size() >= enough);
    }

    /** One order in the midst of the others, placed now. */
    Outcome next() {
        Outcome outcome = orders.place();
        outcomes.add(outcome);
        assertThat(outcome.result()).as(outcome.toString()).isEqualTo(Result.OK);
        return outcome;
    }

    /** Waits for the last of the orders, and returns what became of all. */
    List<Outcome> all() {
        await(total + " orders").atMost(orders.patience().multipliedBy(2)).until(() -> outcomes.size() == total);
        return outcomes;
    }

    /** Lets every client finish the order it is at, and returns what became of all. */
    List<Outcome> stop() throws InterruptedException {
        finish(clients, orders.patience().plus(LAST_ANSWER));
        return outcomes;
    }

    private static void finish(ExecutorService executor, Duration patience) throws InterruptedException {
        executor.shutdown();
        assertThat(executor.awaitTermination(patience.toSeconds(), TimeUnit.SECONDS))
                .as("every client got to know what became of its orders")
                .isTrue();
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
