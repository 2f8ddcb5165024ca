package dev.waybill.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Creates what {@code db/} states on a server: the roles, each with its own name as password, and the databases
 * {@code orders} and {@code shipping}. Does nothing to what is there already.
 */
public final class Databases {
    private static final List<String> NAMES = List.of("orders", "shipping");

    private final String server;
    private final String user;
    private final String password;

    /** @param server a JDBC URL up to and with the slash before the database's name */
    public Databases(String server, String user, String password) {
        this.server = server;
        this.user = user;
        this.password = password;
    }

    /** @throws SandboxException if the server refuses */
    public void create() {
        try {
            try (Connection connection = connect("postgres")) {
                run(connection, script("cluster"));
                for (String database : NAMES) {
                    setPassword(connection, database + "_owner");
                    setPassword(connection, database + "_app");
                    if (!exists(connection, database)) {
                        run(connection, "CREATE DATABASE %1$s OWNER %1$s_owner".formatted(database));
                    }
                }
            }
            for (String database : NAMES) {
                try (Connection connection = connect(database)) {
                    run(connection, script(database));
                }
            }
        } catch (SQLException e) {
            throw new SandboxException("Cannot create the roles and databases on " + server, e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(server + database, user, password);
    }

    /** The driver takes a script of several statements as it is, quoted bodies and comments included. */
    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void setPassword(Connection connection, String role) throws SQLException {
        run(connection, "ALTER ROLE %1$s PASSWORD '%1$s'".formatted(role));
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
            query.setString(1, database);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static String script(String name) {
        String path = "/db/" + name + ".sql";
        try (InputStream resource = Databases.class.getResourceAsStream(path)) {
            if (resource == null) {
                throw new SandboxException("The classpath has no " + path);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SandboxException("Cannot read " + path, e);
        }
    }
}
