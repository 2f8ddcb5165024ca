package dev.waybill.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.sandbox.testing.RealServers;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What becomes of orders that are there already. */
class MigrationIT {

    @Test
    void ordersFromBeforeAreWaitedForWhereShippingHasYetToAnswer() {
        DriverManagerDataSource server =
                new DriverManagerDataSource(RealServers.get().jdbcUrl("postgres"), "postgres", "postgres");
        new JdbcTemplate(server).execute("CREATE DATABASE migrated");
        server.setUrl(RealServers.get().jdbcUrl("migrated"));
        FluentConfiguration flyway = Flyway.configure()
                .dataSource(server)
                .defaultSchema("orders")
                .placeholders(Map.of("application-role", "orders_app"));
        // Grants are always those of the newest version.
        flyway.target("1").repeatableSqlMigrationPrefix("none").load().migrate();
        JdbcTemplate jdbc = new JdbcTemplate(server);
        jdbc.update("""
                INSERT INTO orders.orders (id, customer_id, status, version, event_sequence, currency, total, name, street,
                    city, postcode, country, placed_at, updated_at)
                SELECT gen_random_uuid(), 'c-1', status, 0, 0, 'EUR', 1, 'n', 's', 'c', 'p', 'GB', now(), now()
                FROM unnest(ARRAY['PLACED', 'CANCELLING', 'CONFIRMED', 'REJECTED', 'CANCELLED']) AS status
                """);

        flyway.target("latest").repeatableSqlMigrationPrefix("R").load().migrate();

        assertThat(jdbc.queryForList("""
                        SELECT status FROM orders.orders
                        WHERE next_publishing_at BETWEEN now() AND now() + interval '11 minutes' ORDER BY status
                        """, String.class)).containsExactly("CANCELLING", "PLACED");
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM orders.orders WHERE next_publishing_at IS NULL AND timeouts = 0 AND published_again = 0",
                        Integer.class))
                .isEqualTo(3);
    }
}
