package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * PostgreSQL 17 on 127.0.0.1, durable as in production (fsync, synchronous commits, full page writes), with 200
 * connections and 20 prepared transactions. The process is the postmaster itself.
 */
public final class PostgresServer extends Part {
    /** The superuser's name and password. */
    public static final String SUPERUSER = "postgres";

    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
    private static final Duration ORPHANS_LIMIT = Duration.ofSeconds(2);

    private final int port;

    public PostgresServer(Home home, int port) {
        super("postgres", home);
        this.port = port;
    }

    public int port() {
        return port;
    }

    /** A JDBC URL without user and password. */
    public String jdbcUrl(String database) {
        return jdbcUrl("127.0.0.1", port, database);
    }

    /** Opens a connection as the superuser. */
    public Connection superuser(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), SUPERUSER, SUPERUSER);
    }

    static String jdbcUrl(String host, int port, String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }

    @Override
    void prepare() {
        endOrphans();
        if (!Files.exists(data().resolve("PG_VERSION"))) {
            initialize();
        }
    }

    @Override
    Launch launch() {
        List<String> command = postgresProgram("postgres", "-D", data().toString());
        Map.of(
                        "listen_addresses", "127.0.0.1",
                        "port", Integer.toString(port),
                        "unix_socket_directories", "",
                        "fsync", "on",
                        "synchronous_commit", "on",
                        "full_page_writes", "on",
                        "max_connections", "200",
                        "max_prepared_transactions", "20")
                .forEach((setting, value) -> {
                    command.add("-c");
                    command.add(setting + "=" + value);
                });
        return new Launch(command, Map.of());
    }

    @Override
    boolean answers() {
        Properties properties = new Properties();
        properties.setProperty("user", SUPERUSER);
        properties.setProperty("password", SUPERUSER);
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "2");
        properties.setProperty("sslmode", "disable"); // or a frozen server is asked several times
        properties.setProperty("gssEncMode", "disable");
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"), properties)) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false; // not yet: it may be recovering
        }
    }

    /** Fast shutdown, which ends the sessions; then the immediate one, which is a crash without the kill. */
    @Override
    List<Farewell> farewells() {
        return List.of(new Farewell("INT", Duration.ofSeconds(10)), new Farewell("QUIT", Duration.ofSeconds(5)));
    }

    /**
     * When the postmaster alone was killed, its children end by themselves, but not in the middle of a statement, and
     * as long as one is there no new postmaster starts on the data.
     */
    private void endOrphans() {
        List<ProcessHandle> orphans = Processes.workingIn(data());
        if (!Processes.awaitEnd(orphans, ORPHANS_LIMIT)) {
            Processes.kill(orphans);
        }
    }

    private void initialize() {
        Path half = data().resolveSibling(name() + ".new");
        try {
            Files.createDirectories(data().getParent());
            Folders.delete(half);
            Path password = Files.writeString(Files.createTempFile("waybill", "password"), SUPERUSER);
            try {
                // The built-in provider sorts alike on every machine.
                List<String> initdb = postgresProgram(
                        "initdb",
                        "--pgdata=" + half,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8");
                Processes.run(new ProcessBuilder(initdb), log(), INITDB_LIMIT);
            } finally {
                Files.delete(password);
            }
            Files.move(half, data());
        } catch (IOException e) {
            throw new SandboxException("Cannot create a database cluster in " + data(), e);
        }
    }

    private List<String> postgresProgram(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with the same files.
            command.addAll(unshare());
        }
        command.add(PostgresBinaries.in(home().cache())
                .resolve("bin")
                .resolve(program)
                .toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private List<String> unshare() {
        List<String> unshare = List.of("unshare", "--user");
        List<String> trial = new ArrayList<>(unshare);
        trial.add("true");
        try {
            Processes.run(new ProcessBuilder(trial), log(), Duration.ofSeconds(10));
        } catch (SandboxException e) {
            throw new SandboxException(
                    "PostgreSQL does not run as root, and 'unshare --user' does not work here. Run as another user.",
                    e);
        }
        return unshare;
    }
}
