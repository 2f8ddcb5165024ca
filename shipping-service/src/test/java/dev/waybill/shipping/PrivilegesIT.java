package dev.waybill.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.sandbox.testing.Privileges;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** The role the service runs as can do what the service does, and no more. */
class PrivilegesIT extends ShippingIT {

    @Autowired
    private JdbcTemplate jdbc;

    static Stream<String> forbidden() {
        return Stream.concat(
                Privileges.FORBIDDEN_EVERYWHERE.stream(),
                Stream.of(
                        "DELETE FROM shipping.shipment",
                        "TRUNCATE shipping.shipment",
                        "SELECT * FROM shipping.flyway_schema_history",
                        "DELETE FROM shipping.flyway_schema_history",
                        "CREATE TABLE shipping.mine (id int)",
                        "CREATE INDEX mine ON shipping.shipment (attempts)",
                        "ALTER TABLE shipping.shipment ADD COLUMN mine int",
                        "ALTER TABLE shipping.shipment OWNER TO shipping_app",
                        "DROP TABLE shipping.shipment",
                        "DROP DATABASE shipping",
                        "SET ROLE shipping_owner",
                        "SET ROLE orders_app",
                        "ALTER ROLE orders_app PASSWORD 'mine'",
                        "GRANT shipping_owner TO shipping_app"));
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
        try (Connection connection = RealServers.get().superuser("shipping")) {
            assertThat(Privileges.of("shipping_app", connection))
                    .filteredOn(line -> !line.startsWith("outbox.")) // which the order-service's test looks at
                    .containsExactly(
                            "outbox USAGE", "public USAGE", "shipping USAGE", "shipping.shipment SELECT INSERT UPDATE");
        }
    }
}
