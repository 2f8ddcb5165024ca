package dev.waybill.sandbox.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a role may do in a database, for tests that say how much that is to be. */
public final class Privileges {

    /** What no service's role may do, whatever its tables are; each is to be refused with {@link #PERMISSION_DENIED}. */
    public static final List<String> FORBIDDEN_EVERYWHERE = List.of(
            "CREATE SCHEMA mine",
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "CREATE PUBLICATION mine",
            "CREATE TABLE public.mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE TABLE outbox.mine (id int)",
            "CREATE FUNCTION outbox.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION outbox.assign_position() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER mine BEFORE DELETE ON outbox.event FOR EACH ROW EXECUTE FUNCTION outbox.assign_position()",
            "DROP TRIGGER assign_position ON outbox.event",
            "ALTER TABLE outbox.event DISABLE TRIGGER assign_position",
            "SET session_replication_role = replica",
            "ALTER SEQUENCE outbox.event_position CACHE 100",
            "SELECT setval('outbox.event_position', 1)",
            "UPDATE outbox.event SET payload = '{}'",
            "TRUNCATE outbox.event",
            "DROP TABLE outbox.event",
            "DELETE FROM outbox.relay_offset",
            "UPDATE outbox.publication SET published_at = now()",
            "DELETE FROM outbox.inbox",
            "TRUNCATE outbox.dead_letter",
            "SELECT * FROM outbox.flyway_schema_history",
            "DROP SCHEMA outbox CASCADE",
            "SELECT * FROM pg_authid",
            "SELECT pg_read_file('postgresql.conf')",
            "COPY (SELECT 1) TO PROGRAM 'cat'",
            "COPY (SELECT 1) TO '/tmp/mine'",
            "ALTER SYSTEM SET fsync = off",
            "SELECT pg_reload_conf()",
            "SET ROLE postgres",
            "SET SESSION AUTHORIZATION postgres");

    /** The SQLSTATE of what is refused for want of a privilege. */
    public static final String PERMISSION_DENIED = "42501";

    private Privileges() {}

    /**
     * All that a role may do to the schemas, tables, views and sequences of a database, whoever granted it, one object a
     * line: {@code outbox.event SELECT INSERT DELETE}. What may be done to some columns only says so with a star,
     * {@code UPDATE*}.
     *
     * @param connection any role's, to the database
     */
    public static List<String> of(String role, Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                WITH role AS (SELECT ?::text AS name),
                own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'),
                held(object, privilege, number) AS (
                    SELECT nspname, privilege, number
                    FROM role, own, unnest(ARRAY['USAGE', 'CREATE']) WITH ORDINALITY AS p(privilege, number)
                    WHERE has_schema_privilege(role.name, own.oid, privilege)
                    UNION ALL
                    SELECT format('%s.%s', nspname, relname), privilege, number
                    FROM role, own JOIN pg_class c ON c.relnamespace = own.oid AND relkind = 'S',
                         unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) WITH ORDINALITY AS p(privilege, number)
                    WHERE has_sequence_privilege(role.name, c.oid, privilege)
                    UNION ALL
                    SELECT format('%s.%s', nspname, relname),
                           privilege || CASE WHEN has_table_privilege(role.name, c.oid, privilege) THEN '' ELSE '*' END, number
                    FROM role, own JOIN pg_class c ON c.relnamespace = own.oid AND relkind IN ('r', 'p', 'v', 'm', 'f'),
                         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'])
                             WITH ORDINALITY AS p(privilege, number)
                    WHERE has_table_privilege(role.name, c.oid, privilege)
                       OR privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                          AND has_any_column_privilege(role.name, c.oid, privilege)
                )
                SELECT object || ' ' || string_agg(privilege, ' ' ORDER BY number)
                FROM held GROUP BY object ORDER BY object COLLATE "C"
                """)) {
            query.setString(1, role);
            List<String> lines = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            return lines;
        }
    }
}
