package dev.waybill.systemtests.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Operation.Kind;
import dev.waybill.systemtests.history.Operation.Result;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places orders, changes its mind about some, and records each call. It has one wish at a time and repeats it until it is
 * answered or its patience ends; so of each order it knows what was acknowledged last, and what may have been done since.
 *
 * <p>A call whose answer was lost may be done late, after later ones: by a process that was frozen. So orders carry an
 * Idempotency-Key, and changes of address the version that they are meant for.
 */
final class Customer implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final int BETWEEN_ATTEMPTS_MILLIS = 250;
    private static final int REMEMBERED = 5;

    /** What came of one call. */
    private record Reply(Result result, UUID order, Integer status, String trouble) {}

    private interface Call {
        Reply make(String orders) throws IOException;
    }

    private final int number;
    private final List<String> instances;
    private final Recorder recorder;
    private final Stopwatch clock;
    private final Random random;
    private final AtomicInteger houseNumbers;
    private final AtomicInteger acknowledged;
    private final CountDownLatch closingTime;
    private final Deque<UUID> open = new ArrayDeque<>();

    /**
     * @param instances the addresses of {@code /orders}, of which it takes any
     * @param clock runs since the round began
     * @param houseNumbers shared by all customers, for no two wishes are to have the same address
     * @param acknowledged counts the orders that they are told of
     * @param closingTime when this is zero it finishes what it is at
     */
    Customer(
            int number,
            List<String> instances,
            Recorder recorder,
            Stopwatch clock,
            Random random,
            AtomicInteger houseNumbers,
            AtomicInteger acknowledged,
            CountDownLatch closingTime) {
        this.number = number;
        this.instances = instances;
        this.recorder = recorder;
        this.clock = clock;
        this.random = random;
        this.houseNumbers = houseNumbers;
        this.acknowledged = acknowledged;
        this.closingTime = closingTime;
    }

    @Override
    public void run() {
        while (!pause(100 + random.nextInt(700))) {
            int dice = random.nextInt(100);
            if (open.isEmpty() || dice < 55) {
                place();
            } else if (dice < 85) {
                readdress(any());
            } else {
                UUID order = any();
                open.remove(order);
                cancel(order);
            }
        }
    }

    private UUID any() {
        return new ArrayList<>(open).get(random.nextInt(open.size()));
    }

    private void place() {
        UUID key = UUID.randomUUID();
        // The carrier delivers not everywhere.
        Address address = address(random.nextInt(30) == 0 ? "REFUSED" : "SW1Y 4JH");
        String body = body(address);
        UUID order = insist(Kind.PLACE, key, null, address, orders -> {
            Http.Answer answer = Http.post(orders, body, "Idempotency-Key", key.toString());
            return answer.status() == 201
                    ? new Reply(Result.OK, id(answer.json()), 201, null)
                    // 409: an earlier attempt is still being worked on.
                    : refusal(answer, answer.status() == 409);
        });
        if (order != null) {
            acknowledged.incrementAndGet();
        }
        if (order != null && !address.postcode().equals("REFUSED")) {
            open.addLast(order);
            if (open.size() > REMEMBERED) {
                open.removeFirst();
            }
        }
    }

    private void readdress(UUID order) {
        Address address = address("SW1Y 4JH");
        UUID done = insist(Kind.READDRESS, UUID.randomUUID(), order, address, orders -> {
            Http.Answer now = Http.get(orders + "/" + order);
            if (now.status() != 200) {
                return refusal(now, false);
            }
            if (Address.of(now.json().get("deliveryAddress")).equals(address)) {
                return new Reply(Result.OK, order, 200, "done by an earlier attempt");
            }
            Http.Answer answer = Http.put(
                    orders + "/" + order + "/delivery-address",
                    Http.JSON.writeValueAsString(address),
                    "If-Match",
                    "\"" + now.json().get("version").asLong() + "\"");
            return answer.status() == 200
                    ? new Reply(Result.OK, order, 200, null)
                    // 412: shipping's answer, or an earlier attempt, came between.
                    : refusal(answer, answer.status() == 412);
        });
        if (done == null) {
            open.remove(order);
        }
    }

    private void cancel(UUID order) {
        insist(Kind.CANCEL, UUID.randomUUID(), order, null, orders -> {
            Http.Answer answer = Http.post(orders + "/" + order + "/cancellation", "");
            return answer.status() == 200 || answer.status() == 202
                    ? new Reply(Result.OK, order, answer.status(), null)
                    : refusal(answer, false);
        });
    }

    private static Reply refusal(Http.Answer answer, boolean passes) {
        Result result = passes || answer.status() >= 500 ? Result.UNKNOWN : Result.FAIL;
        return new Reply(result, null, answer.status(), answer.body());
    }

    /** @return the order, or null if it was not acknowledged */
    private UUID insist(Kind kind, UUID wish, UUID order, Address address, Call call) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Reply reply;
        do {
            long invokedAt = clock.elapsed().toMillis();
            try {
                reply = call.make(instances.get(random.nextInt(instances.size())));
            } catch (IOException e) {
                reply = new Reply(Result.UNKNOWN, null, null, e.toString());
            }
            recorder.add(new Operation(
                    number,
                    kind,
                    wish,
                    order == null ? reply.order() : order,
                    address,
                    invokedAt,
                    clock.elapsed().toMillis(),
                    reply.result(),
                    reply.status(),
                    reply.trouble()));
            if (reply.result() != Result.UNKNOWN) {
                return reply.result() == Result.OK ? reply.order() : null;
            }
            await(BETWEEN_ATTEMPTS_MILLIS);
        } while (System.nanoTime() < deadline);
        return null;
    }

    private Address address(String postcode) {
        return new Address(
                "Ada Lovelace", houseNumbers.incrementAndGet() + " St James's Square", "London", postcode, "GB");
    }

    private String body(Address address) {
        return Http.JSON
                .valueToTree(Map.of(
                        "customerId",
                        "customer-" + number,
                        "currency",
                        "EUR",
                        "lines",
                        List.of(Map.of("sku", "A-1", "quantity", 1 + random.nextInt(3), "unitPrice", "19.99")),
                        "deliveryAddress",
                        address))
                .toString();
    }

    private static UUID id(JsonNode order) {
        return UUID.fromString(order.get("id").asText());
    }

    /** @return whether it is closing time */
    private boolean pause(int millis) {
        try {
            return closingTime.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Between attempts closing time does not count: what was begun is finished. */
    private static void await(int millis) {
        try {
            new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
