package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.orders.OrdersTest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "waybill.outbox.max-event-size=2000B")
class RefusedEventIT extends OrdersTest {

    @Test
    void leavesNoOrderBehind() {
        String key = UUID.randomUUID().toString();
        String large = ORDER.replaceFirst("\\[(.*)]", "[$1" + ",$1".repeat(99) + "]");
        Map<String, Object> before = rows();

        api.post("/orders", large, "Idempotency-Key", key).problem(413);

        assertThat(rows()).isEqualTo(before);
        assertThat(api.post("/orders", ORDER, "Idempotency-Key", key).status()).isEqualTo(201);
    }
}
