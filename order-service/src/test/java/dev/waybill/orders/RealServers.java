package dev.waybill.orders;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.testcontainers.containers.PostgreSQLContainer;

class RealServers {
    private static final RealServers SHARED = new RealServers();
    private final PostgreSQLContainer<?> postgres = new PostgreSQLContainer<>("postgres:17");

    RealServers() {
        postgres.withUsername("postgres").withPassword("postgres");
        postgres.start();
        try (Connection c = superuser("postgres")) {
            c.createStatement()
                    .execute("CREATE ROLE orders_owner LOGIN PASSWORD 'orders_owner';"
                            + "CREATE ROLE orders_app LOGIN PASSWORD 'orders_app'");
            c.createStatement().execute("CREATE DATABASE orders OWNER orders_owner");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static RealServers get() {
        return SHARED;
    }

    Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), "postgres", "postgres");
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(postgres.getHost(), postgres.getMappedPort(5432), database);
    }

    Map<String, String> springProperties(String database) {
        return Map.of("spring.datasource.url", jdbcUrl(database));
    }
}
