package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.orders.Api.Answer;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Parallel;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConcurrentChangesIT extends OrdersTest {

    private static final int THREADS = 20;
    private static final int EACH = 10;

    @Test
    void countEventsWithoutGapsInTheOrderOfTheChanges() {
        String id = placedId();

        List<List<Integer>> statuses = Parallel.call(
                THREADS,
                thread -> IntStream.range(0, EACH)
                        .mapToObj(n -> api.put(
                                        "/orders/" + id + "/delivery-address",
                                        addressIn("City %d-%d".formatted(thread, n)))
                                .status())
                        .toList());

        assertThat(statuses).allSatisfy(each -> assertThat(each).containsOnly(200));
        assertThat(jdbc.queryForList(
                        "SELECT sequence FROM outbox.event WHERE subject = ? ORDER BY position", Long.class, id))
                .isEqualTo(LongStream.rangeClosed(0, THREADS * EACH).boxed().toList());
        Answer order = api.get("/orders/" + id);
        assertThat(order.json().get("version").asLong()).isEqualTo(THREADS * EACH);
        assertThat(jdbc.queryForObject(
                        "SELECT payload #>> '{deliveryAddress,city}' FROM outbox.event WHERE subject = ? ORDER BY sequence DESC LIMIT 1",
                        String.class,
                        id))
                .isEqualTo(order.json().at("/deliveryAddress/city").asText());
    }

    @Test
    void letOneOfTheManyWithTheSameVersionWin() {
        String path = "/orders/" + placedId() + "/delivery-address";

        List<Integer> statuses = Parallel.call(
                THREADS,
                thread -> api.put(path, addressIn("City " + thread), "If-Match", "\"0\"")
                        .status());

        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
    }
}
