package dev.waybill.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.sandbox.testing.ServerConnections;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** The service as a whole, on real servers and spoken to over HTTP. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "waybill.servers.database=orders"})
@Import(ServerConnections.class)
public abstract class OrdersTest {

    public static final String ADDRESS = """
            {"name":"Ada Lovelace","street":"12 St James's Square","city":"London","postcode":"SW1Y 4JH","country":"GB"}""";

    public static final String ORDER = """
            {"customerId":"c-1","currency":"EUR","lines":[{"sku":"A-1","quantity":2,"unitPrice":"19.99"}],
             "deliveryAddress":%s}""".formatted(ADDRESS);

    static {
        Shipping.get(); // a topic that is there when the service starts is found at once
    }

    protected Api api;

    @Autowired
    protected JdbcTemplate jdbc;

    @Autowired
    void setPort(@LocalServerPort int port) {
        api = new Api("http://localhost:" + port);
    }

    protected JsonNode placed() {
        Api.Answer answer = api.post("/orders", ORDER);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json();
    }

    protected String placedId() {
        return placed().get("id").asText();
    }

    protected static String addressIn(String city) {
        return ADDRESS.replace("London", city);
    }

    /** The order's events as its outbox has them: type and sequence, in the order they will be published. */
    protected List<String> eventsOf(String id) {
        return jdbc.query(
                "SELECT type, sequence FROM outbox.event WHERE subject = ? ORDER BY position",
                (row, n) -> row.getString("type") + " " + row.getLong("sequence"),
                id);
    }

    /** How many rows the service has written, table by table. */
    protected Map<String, Object> rows() {
        return jdbc.queryForMap("""
                SELECT (SELECT count(*) FROM orders.orders) AS orders,
                       (SELECT count(*) FROM orders.order_line) AS lines,
                       (SELECT count(*) FROM orders.idempotency_key) AS keys,
                       (SELECT max(event_sequence) FROM orders.orders) AS changes,
                       (SELECT count(*) FROM outbox.event) AS events
                """);
    }
}
