package dev.waybill.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** The database goes away under a running service, and comes back. */
@TestPropertySource(properties = "spring.datasource.hikari.connection-timeout=500")
@DirtiesContext
class DatabaseAwayIT extends OrdersTest {

    @LocalManagementPort
    private int managementPort;

    @AfterEach
    void bringBack() throws SQLException {
        superuser("ALTER DATABASE orders ALLOW_CONNECTIONS true");
        superuser("ALTER DATABASE orders RESET default_transaction_read_only");
    }

    @Test
    void isAPassingProblemAndHealsByItself() throws SQLException {
        Api management = new Api("http://localhost:" + managementPort);
        String path = "/orders/" + placedId();
        assertThat(management.get("/actuator/health/readiness").status()).isEqualTo(200);

        superuser("ALTER DATABASE orders ALLOW_CONNECTIONS false");
        superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orders'");

        for (Api.Answer answer : List.of(api.post("/orders", ORDER), api.get(path), api.get("/orders"))) {
            answer.problem(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
        assertThat(management.get("/actuator/health/readiness").status()).isEqualTo(503);
        assertThat(management.get("/actuator/health/liveness").status()).isEqualTo(200);

        bringBack();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(api.get(path).status()).isEqualTo(200));
    }

    @Test
    void isAPassingProblemInTheMiddleOfATransactionToo() throws Exception {
        String id = placedId();
        try (Connection other = RealServers.get().superuser("orders");
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM orders.orders WHERE id = '" + id + "' FOR UPDATE");
            var waiting = CompletableFuture.supplyAsync(() -> api.post("/orders/" + id + "/cancellation", ""));
            await().until(() -> backends("SELECT pid FROM pg_locks WHERE NOT granted") == 1);
            superuser("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted");
            assertThat(waiting.get().problem(503).get("detail").asText()).contains("try again");
            other.rollback();
        }
        assertThat(api.post("/orders/" + id + "/cancellation", "").status()).isEqualTo(202);
    }

    @Test
    void aServerThatOnlyReadsIsOneThatIsAway() throws SQLException {
        placedId();
        superuser("ALTER DATABASE orders SET default_transaction_read_only = on");
        superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orders'");
        await().untilAsserted(() -> assertThat(api.get("/orders").status()).isEqualTo(200)); // new connections

        Api.Answer answer = api.post("/orders", ORDER);
        answer.problem(503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");

        bringBack();
        superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'orders'");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(api.post("/orders", ORDER).status()).isEqualTo(201));
    }

    private static long backends(String query) throws SQLException {
        try (Connection connection = RealServers.get().superuser("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM (" + query + ") found")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void superuser(String sql) throws SQLException {
        try (Connection connection = RealServers.get().superuser("postgres");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
