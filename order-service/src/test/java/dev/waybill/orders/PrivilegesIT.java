package dev.waybill.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.sandbox.testing.Privileges;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The role the service runs as can do what the service does, and no more. */
class PrivilegesIT extends OrdersTest {

    static Stream<String> forbidden() {
        return Stream.concat(
                Privileges.FORBIDDEN_EVERYWHERE.stream(),
                Stream.of(
                        "DELETE FROM orders.orders",
                        "TRUNCATE orders.orders CASCADE",
                        "UPDATE orders.orders SET total = 0",
                        "UPDATE orders.orders SET customer_id = 'c-2'",
                        "UPDATE orders.order_line SET unit_price = 0",
                        "DELETE FROM orders.order_line",
                        "UPDATE orders.acknowledgement SET received_at = now()",
                        "DELETE FROM orders.acknowledgement",
                        "UPDATE orders.idempotency_key SET answer = '{}'",
                        "SELECT * FROM orders.flyway_schema_history",
                        "DELETE FROM orders.flyway_schema_history",
                        "CREATE TABLE orders.mine (id int)",
                        "CREATE INDEX mine ON orders.orders (total)",
                        "ALTER TABLE orders.orders DROP CONSTRAINT orders_total_check",
                        "ALTER TABLE orders.orders OWNER TO orders_app",
                        "DROP TABLE orders.orders CASCADE",
                        "DROP DATABASE orders",
                        "SET ROLE orders_owner",
                        "SET ROLE shipping_app",
                        "ALTER ROLE orders_app CREATEDB",
                        "ALTER ROLE shipping_app PASSWORD 'mine'",
                        "GRANT orders_owner TO orders_app"));
    }

    @ParameterizedTest
    @MethodSource("forbidden")
    void forbid(String act) {
        assertThatThrownBy(() -> jdbc.execute(act))
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(Privileges.PERMISSION_DENIED));
    }

    @Test
    void allowWhatTheServiceDoesAndNoMore() throws SQLException {
        try (Connection connection = RealServers.get().superuser("orders")) {
            assertThat(Privileges.of("orders_app", connection))
                    .containsExactly(
                            "orders USAGE",
                            "orders.acknowledgement SELECT INSERT",
                            "orders.idempotency_key SELECT INSERT DELETE",
                            "orders.order_line SELECT INSERT",
                            "orders.orders SELECT INSERT UPDATE*",
                            "outbox USAGE",
                            "outbox.dead_letter SELECT INSERT UPDATE DELETE",
                            "outbox.event SELECT INSERT DELETE",
                            "outbox.event_position USAGE",
                            "outbox.inbox SELECT INSERT UPDATE",
                            "outbox.inbox_id SELECT INSERT DELETE",
                            "outbox.publication SELECT INSERT DELETE",
                            "outbox.relay_offset SELECT INSERT UPDATE",
                            "outbox.replay SELECT INSERT UPDATE DELETE",
                            "outbox.unpublished SELECT",
                            "public USAGE");
        }
    }

    /** Postgres only warns about a grant of what one may not give; so the effect is looked at. */
    @Test
    void passNothingOn() throws SQLException {
        jdbc.execute("GRANT SELECT ON orders.orders, outbox.event TO PUBLIC");
        try (Connection connection = RealServers.get().superuser("orders")) {
            assertThat(Privileges.of("shipping_app", connection)).isEqualTo(List.of("public USAGE"));
        }
    }

    @ParameterizedTest
    @CsvSource({"orders_app, shipping", "orders_owner, shipping", "shipping_app, orders", "shipping_owner, orders"})
    void keepOutOfTheOthersDatabase(String role, String database) {
        String url = RealServers.get().jdbcUrl(database);
        assertThatThrownBy(() -> DriverManager.getConnection(url, role, role).close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(Privileges.PERMISSION_DENIED));
    }
}
