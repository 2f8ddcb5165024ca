package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.OrdersTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PagingIT extends OrdersTest {

    private final List<String> placed = new ArrayList<>();

    @BeforeEach
    void placeOrders() {
        jdbc.update("UPDATE orders.orders SET status = 'CONFIRMED' WHERE status IN ('REJECTED', 'CANCELLED')");
        for (int i = 0; i < 60; i++) {
            placed.add(placedId());
        }
        Collections.reverse(placed);
    }

    @Test
    void seesEachOrderOnceNewestFirstWhileOthersAreAdded() {
        List<String> seen = walk("?limit=7", this::placedId);

        assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo(Collections.reverseOrder());
        assertThat(seen).startsWith(placed.toArray(String[]::new));
        assertThat(seen)
                .hasSize(jdbc.queryForObject(
                        "SELECT count(*) FROM orders.orders WHERE id <= ?::uuid", Integer.class, placed.get(0)));
    }

    @Test
    void listsOneStatus() {
        List<String> rejected = List.of(placed.get(3), placed.get(30), placed.get(59));
        rejected.forEach(id -> jdbc.update("UPDATE orders.orders SET status = 'REJECTED' WHERE id = ?::uuid", id));

        assertThat(walk("?status=REJECTED&limit=2", () -> {})).isEqualTo(rejected);
    }

    @Test
    void endsExactlyAtTheLastOrder() {
        jdbc.update(
                "UPDATE orders.orders SET status = 'CANCELLED' WHERE id IN (?::uuid, ?::uuid)",
                placed.get(0),
                placed.get(1));

        JsonNode page = api.get("/orders?status=CANCELLED&limit=2").json();
        assertThat(page.get("items")).hasSize(2);
        assertThat(page.get("next").isNull()).isTrue();
        assertThat(api.get("/orders?status=CANCELLED&after=" + placed.get(1))
                        .json()
                        .toString())
                .isEqualTo("{\"items\":[],\"next\":null}");
    }

    @Test
    void givesFiftyWholeOrdersUnlessToldOtherwise() {
        JsonNode items = api.get("/orders").json().get("items");

        assertThat(items).hasSize(50);
        assertThat(items.get(0)).isEqualTo(api.get("/orders/" + placed.get(0)).json());
        assertThat(api.get("/orders?limit=200").json().get("items").size()).isGreaterThanOrEqualTo(60);
        assertThat(api.get("/orders?status=&limit=&after=").json().get("items")).hasSize(50);
    }

    private List<String> walk(String query, Runnable afterEachPage) {
        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = api.get("/orders" + query + after).json();
            page.get("items").forEach(order -> seen.add(order.get("id").asText()));
            after = page.get("next").isNull()
                    ? null
                    : "&after=" + page.get("next").asText();
            afterEachPage.run();
        } while (after != null);
        return seen;
    }
}
