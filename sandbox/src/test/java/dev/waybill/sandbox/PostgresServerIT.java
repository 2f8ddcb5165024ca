package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static PostgresServer postgres;

    @BeforeAll
    static void create() throws SQLException {
        postgres = new PostgresServer(new Home(folder), FreePort.find());
        postgres.start();
        postgres.awaitReady(LIMIT);
        execute(
                "postgres",
                PostgresServer.SUPERUSER,
                "CREATE ROLE administrator LOGIN CREATEROLE CREATEDB PASSWORD 'administrator'");
        databases("administrator").create(); // as on a managed server; elsewhere a superuser does it
    }

    @AfterAll
    static void stop() {
        postgres.stop();
    }

    @BeforeEach
    void running() {
        if (!postgres.isRunning()) {
            postgres.start();
        }
        postgres.awaitReady(LIMIT);
    }

    @Test
    void is_durable_and_takes_prepared_transactions() throws SQLException {
        assertThat(setting("fsync")).isEqualTo("on");
        assertThat(setting("synchronous_commit")).isEqualTo("on");
        assertThat(setting("full_page_writes")).isEqualTo("on");
        assertThat(setting("max_connections")).isEqualTo("200");
        assertThat(setting("max_prepared_transactions")).isEqualTo("20");
        assertThat(setting("server_encoding")).isEqualTo("UTF8");
    }

    @Test
    void keeps_committed_data_when_killed() throws SQLException {
        execute("orders", "orders_owner", "CREATE TABLE public.kept (id int)", "INSERT INTO public.kept VALUES (42)");

        postgres.kill();
        assertThat(postgres.isRunning()).isFalse();
        postgres.start();
        postgres.awaitReady(LIMIT);

        assertThat(query("orders", "orders_owner", "SELECT id FROM public.kept"))
                .isEqualTo("42");
    }

    @Test
    void starts_again_when_the_postmaster_alone_was_killed_in_the_middle_of_a_statement() throws Exception {
        FutureTask<String> busy = new FutureTask<>(
                () -> query("orders", "orders_owner", "SELECT count(*) FROM generate_series(1, 1000000000)"));
        new Thread(busy).start();
        await().atMost(LIMIT)
                .until(
                        () -> "1"
                                .equals(
                                        query(
                                                "postgres",
                                                PostgresServer.SUPERUSER,
                                                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'orders_owner'")));

        ProcessHandle.of(postgres.pid()).orElseThrow().destroyForcibly();
        await().atMost(LIMIT).until(() -> !postgres.isRunning());
        postgres.start();
        postgres.awaitReady(LIMIT);

        assertThat(setting("port")).isEqualTo(Integer.toString(postgres.port()));
        assertThat(busy).failsWithin(LIMIT);
    }

    @Test
    void answers_nobody_while_it_is_paused() {
        assertThat(postgres.answers()).isTrue();
        postgres.pause();
        try {
            assertThat(postgres.answers()).isFalse();
        } finally {
            postgres.resume();
        }
        assertThat(postgres.answers()).isTrue();
    }

    @Test
    void stops_even_when_it_is_paused() {
        postgres.pause();
        postgres.stop();

        assertThat(postgres.isRunning()).isFalse();
        assertThat(folder.resolve("run/postgres.pid")).doesNotExist();
        assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
    }

    @Test
    void writes_its_pid_and_log() throws Exception {
        assertThat(Files.readString(folder.resolve("run/postgres.pid"))).isEqualTo(postgres.pid() + "\n");
        assertThat(folder.resolve("logs/postgres.log")).content().contains("ready to accept connections");
    }

    @Test
    void roles_and_databases_can_be_created_again() throws SQLException {
        databases("administrator").create();
        databases(PostgresServer.SUPERUSER).create();

        assertThat(query("shipping", "shipping_app", "SELECT current_user")).isEqualTo("shipping_app");
    }

    @Test
    void an_app_role_cannot_enter_the_other_database() {
        assertThatThrownBy(() -> query("shipping", "orders_app", "SELECT 1")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> query("orders", "shipping_app", "SELECT 1")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> query("orders", "shipping_owner", "SELECT 1"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void an_app_role_cannot_create_anything() {
        assertThatThrownBy(() -> execute("orders", "orders_app", "CREATE TABLE public.mine (id int)"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> execute("orders", "orders_app", "CREATE SCHEMA mine"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> execute("orders", "orders_app", "CREATE TEMPORARY TABLE mine (id int)"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void an_owner_creates_schemas_and_grants_what_the_app_may_do() throws SQLException {
        execute(
                "shipping",
                "shipping_owner",
                "CREATE SCHEMA trial",
                "CREATE TABLE trial.line (id int)",
                "GRANT USAGE ON SCHEMA trial TO shipping_app",
                "GRANT SELECT, INSERT ON trial.line TO shipping_app");
        execute("shipping", "shipping_app", "INSERT INTO trial.line VALUES (1)");

        assertThatThrownBy(() -> execute("shipping", "shipping_app", "DELETE FROM trial.line"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> execute("shipping", "shipping_app", "DROP TABLE trial.line"))
                .hasMessageContaining("must be owner");
    }

    private static Databases databases(String role) {
        return new Databases(postgres.jdbcUrl(""), role, role);
    }

    private static String setting(String name) throws SQLException {
        return query("postgres", PostgresServer.SUPERUSER, "SHOW " + name);
    }

    private static String query(String database, String role, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(database), role, role);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private static void execute(String database, String role, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(database), role, role);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
