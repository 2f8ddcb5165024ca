package dev.waybill.systemtests;

import static java.util.concurrent.CompletableFuture.delayedExecutor;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** Wishes change at random moments, the carrier flaps, the shipping-service dies again and again. */
final class RandomHistory {

    private static final int ORDERS = 200;
    private static final int MILLIS = 45_000;

    private final WaybillSystem system;
    private final OrderClient client;
    private final Carrier carrier;
    private final Random random;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(20);
    private final Map<UUID, Address> wanted = new ConcurrentHashMap<>();
    private final Set<UUID> cancelled = ConcurrentHashMap.newKeySet();
    private final AtomicInteger kills = new AtomicInteger();

    RandomHistory(WaybillSystem system, OrderClient client, Carrier carrier, Random random) {
        this.system = system;
        this.client = client;
        this.carrier = carrier;
        this.random = random;
    }

    /** Where each order was last wanted. */
    Map<UUID, Address> wanted() {
        return wanted;
    }

    Set<UUID> cancelled() {
        return cancelled;
    }

    int kills() {
        return kills.get();
    }

    /** Returns when it has all happened. */
    void happen() throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            all.add(order(i % 3 == 0));
        }
        for (int moment = 0; moment < MILLIS; moment += 2_000 + random.nextInt(2_000)) {
            String state = List.of("Started", "down", "slow").get(random.nextInt(3));
            all.add(clock.schedule(() -> trouble(state), moment, MILLISECONDS));
        }
        try {
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            clock.shutdownNow();
        }
    }

    /** A customer does one thing after the other, each some time after the answer to the one before. */
    private Future<?> order(boolean cancels) {
        CompletableFuture<UUID> order = supplyAsync(this::place, within(MILLIS - 5_000));
        for (int change = 0; change < 5; change++) {
            order = order.thenApplyAsync(this::readdress, within(1_500));
        }
        return cancels ? order.thenAcceptAsync(this::cancel, within(1_500)) : order;
    }

    private Executor within(int millis) {
        return delayedExecutor(random.nextInt(millis), MILLISECONDS, clock);
    }

    private UUID place() {
        Outcome placed = client.place();
        wanted.put(placed.id(), placed.address());
        return placed.id();
    }

    private UUID readdress(UUID order) {
        Address address = client.nextAddress();
        client.readdress(order, address);
        wanted.put(order, address);
        return order;
    }

    private void cancel(UUID order) {
        client.cancel(order);
        cancelled.add(order);
    }

    private Void trouble(String carrierState) throws Exception {
        carrier.is(carrierState);
        if (system.process(Part.SHIPPING_SERVICE).isPresent()) {
            system.kill(Part.SHIPPING_SERVICE);
            kills.incrementAndGet();
        }
        return null;
    }
}
