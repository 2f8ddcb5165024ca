package dev.waybill.sandbox.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.waybill.sandbox.testing.ServerChoice.Mode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

class RealServersIT {

    @ParameterizedTest
    @EnumSource
    void are_alike_in_either_mode(Mode mode) throws Exception {
        assumeTrue(mode == Mode.EMBEDDED || dockerIsWelcome());

        try (RealServers servers = RealServers.start(new ServerChoice(mode, "this test tries both", true))) {
            for (String database : new String[] {"orders", "shipping"}) {
                Map<String, String> properties = servers.springProperties(database);
                try (Connection app = DriverManager.getConnection(
                        properties.get("spring.datasource.url"),
                        properties.get("spring.datasource.username"),
                        properties.get("spring.datasource.password"))) {
                    assertThat(value(app, "SELECT current_user || '@' || current_database()"))
                            .isEqualTo(database + "_app@" + database);
                }
            }
            try (Connection superuser = servers.superuser("orders")) {
                assertThat(value(superuser, "SHOW max_connections")).isEqualTo("200");
                assertThat(value(superuser, "SHOW max_prepared_transactions")).isEqualTo("20");
                assertThat(value(superuser, "SHOW server_version")).startsWith("17.");
                assertThat(value(superuser, "SELECT datlocale FROM pg_database WHERE datname = 'orders'"))
                        .isEqualTo("C.UTF-8");
            }
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.kafkaBootstrap()))) {
                assertThat(admin.describeCluster().nodes().get(30, TimeUnit.SECONDS))
                        .hasSize(1);
            }
        }
    }

    /** Who asks for embedded servers wants no Docker at all, not even to be asked whether it is there. */
    private static boolean dockerIsWelcome() {
        return !"embedded".equalsIgnoreCase(System.getenv("WAYBILL_SERVERS"))
                && DockerClientFactory.instance().isDockerAvailable();
    }

    private static String value(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
