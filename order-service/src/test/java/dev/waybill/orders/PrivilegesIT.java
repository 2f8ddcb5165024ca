package dev.waybill.orders;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The role the service runs as can do what the service does, and no more. */
class PrivilegesIT extends OrdersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM orders.orders",
                "TRUNCATE orders.orders CASCADE",
                "UPDATE orders.orders SET total = 0",
                "UPDATE orders.orders SET customer_id = 'c-2'",
                "UPDATE orders.order_line SET unit_price = 0",
                "DELETE FROM orders.order_line",
                "UPDATE orders.acknowledgement SET received_at = now()",
                "DELETE FROM orders.acknowledgement",
                "UPDATE orders.idempotency_key SET answer = '{}'",
                "UPDATE outbox.event SET payload = '{}'",
                "DELETE FROM orders.flyway_schema_history",
                "CREATE TABLE orders.mine (id int)",
                "CREATE TABLE public.mine (id int)",
                "CREATE TEMPORARY TABLE mine (id int)",
                "CREATE SCHEMA mine",
                "ALTER TABLE orders.orders DROP CONSTRAINT orders_total_check",
                "DROP TABLE orders.orders CASCADE"
            })
    void forbid(String act) {
        assertThatThrownBy(() -> jdbc.execute(act))
                .rootCause()
                .hasMessageMatching("(?s).*(permission denied|must be owner).*");
    }
}
