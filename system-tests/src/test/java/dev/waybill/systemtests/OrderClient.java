package dev.waybill.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/** A customer that loses no order and places none twice: each has its own Idempotency-Key, and is sent until answered. */
final class OrderClient {

    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(75);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String url;
    private final Duration patience;
    private final String customerId = "c-" + UUID.randomUUID();
    private final AtomicInteger number = new AtomicInteger();

    OrderClient(Endpoints system) {
        this(system, USUAL_PATIENCE);
    }

    /** @param patience how long it goes on with one order */
    OrderClient(Endpoints system, Duration patience) {
        this.url = system.orders();
        this.patience = patience;
    }

    enum Result {
        /** The order is placed. */
        OK,
        /** It is not, and never will be: it was refused. */
        FAIL,
        /** Nobody told. */
        UNKNOWN
    }

    /**
     * What became of an order.
     *
     * @param id null unless it is OK
     * @param troubles why each attempt but the last was not OK; the last too, if the order is not
     */
    record Outcome(String key, Address address, Result result, UUID id, List<String> troubles, Duration took) {}

    Duration patience() {
        return patience;
    }

    /** By this the orders of one client are told from all others. */
    String customerId() {
        return customerId;
    }

    /** The next order, no two alike. */
    Address nextAddress() {
        return Address.number(number.incrementAndGet());
    }

    /** Places the next order; repeats it under its key while it is not known what became of it. */
    Outcome place() {
        return place(UUID.randomUUID().toString(), nextAddress());
    }

    private Outcome place(String key, Address address) {
        Stopwatch stopwatch = new Stopwatch();
        List<String> troubles = new ArrayList<>();
        try {
            return await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(PAUSE)
                    .atMost(patience)
                    .until(() -> attempt(key, address, troubles, stopwatch), got -> got.result() != Result.UNKNOWN);
        } catch (ConditionTimeoutException e) {
            return new Outcome(key, address, Result.UNKNOWN, null, troubles, stopwatch.elapsed());
        }
    }

    private Outcome attempt(String key, Address address, List<String> troubles, Stopwatch stopwatch) {
        Result result;
        UUID id = null;
        try {
            Http.Answer answer = Http.post(url, order(address), "Idempotency-Key", key);
            if (answer.status() == 201) {
                result = Result.OK;
                id = id(answer.json());
            } else {
                // 409: an earlier attempt is still being worked on. 5xx: it may have been done, and the answer lost.
                result = answer.status() == 409 || answer.status() >= 500 ? Result.UNKNOWN : Result.FAIL;
                troubles.add(answer.toString());
            }
        } catch (IOException e) {
            result = Result.UNKNOWN;
            troubles.add(e.toString());
        }
        return new Outcome(key, address, result, id, List.copyOf(troubles), stopwatch.elapsed());
    }

    /** Has an order delivered elsewhere; repeats it until it is answered. */
    void readdress(UUID order, Address address) {
        untilAnswered(() -> Http.put(url + "/" + order + "/delivery-address", Http.JSON.writeValueAsString(address)));
    }

    /** Has an order not delivered; repeats it until it is answered. */
    void cancel(UUID order) {
        untilAnswered(() -> Http.post(url + "/" + order + "/cancellation", ""));
    }

    private void untilAnswered(Callable<Http.Answer> request) {
        Http.Answer answer = await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .atMost(patience)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(request, got -> got.status() < 500);
        if (answer.status() >= 300) {
            throw new AssertionError("refused: " + answer);
        }
    }

    /** The body of an order. */
    String order(Address address) {
        try {
            return Http.JSON.writeValueAsString(Map.of(
                    "customerId",
                    customerId,
                    "currency",
                    "EUR",
                    "lines",
                    List.of(Map.of("sku", "A-1", "quantity", 2, "unitPrice", "19.99")),
                    "deliveryAddress",
                    address));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static UUID id(JsonNode order) {
        return UUID.fromString(order.get("id").asText());
    }
}
