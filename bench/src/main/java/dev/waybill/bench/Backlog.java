package dev.waybill.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Events written while no relay runs, which is then told to publish them again and again. */
final class Backlog {

    private final Servers servers;
    private final int events;
    private final long base;

    private Backlog(Servers servers, int events, long base) {
        this.servers = servers;
        this.events = events;
        this.base = base;
    }

    /**
     * Fills the outbox behind a position that an open transaction keeps to itself: a hole that stays one.
     *
     * @param owner of the hole; it is left open
     */
    static Backlog write(Servers servers, Connection owner, int events, int subjects) throws SQLException {
        long base = Long.parseLong(servers.query("SELECT coalesce(max(position), 0) FROM outbox.event"));
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement()) {
            statement.execute("SELECT setval('outbox.event_position', " + (base + 1) + ", false)");
            statement.execute("INSERT INTO outbox.event (source, subject, sequence, type, payload) "
                    + "VALUES ('/bench', 'open', 0, 'bench.happened', '{}')");
        }
        servers.execute("""
                INSERT INTO outbox.event (source, subject, sequence, type, payload)
                SELECT '/bench', 'order-' || i %% %2$d, i / %2$d, 'order.changed', (
                    '{"orderId":"order-' || i %% %2$d || '","customerId":"customer-' || i %% 9973 || '","currency":"EUR",'
                    || '"lines":[{"sku":"' || md5(i::text) || '","quantity":' || i %% 7 + 1 || ',"unitPrice":"19.99"},'
                    || '{"sku":"' || md5((-i)::text) || '","quantity":' || i %% 3 + 1 || ',"unitPrice":"5.49"}],'
                    || '"deliveryAddress":{"name":"Ada Lovelace","street":"12 St James''s Square","city":"London",'
                    || '"postcode":"SW1Y 4JH","country":"GB"},"total":"' || i %% 100000 || '.17","status":"PLACED"}')::json
                FROM generate_series(0, %1$d - 1) AS i
                """.formatted(events, subjects));
        Backlog backlog = new Backlog(servers, events, base);
        backlog.offset(base + 1 + events);
        return backlog;
    }

    /** Below it are the backlog and the hole. */
    long beforeHole() {
        return base;
    }

    /** Below it is the backlog without a gap. */
    long start() {
        return base + 1;
    }

    int events() {
        return events;
    }

    /** Ends the relay's session, if there is one; whoever gets the right to publish next begins behind the position. */
    void publishFrom(long position) throws SQLException {
        try (Connection connection = servers.superuser(Servers.DATABASE);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false); // the row is locked until the new position can be seen
            statement.execute(offsetSql(position));
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE application_name = 'waybill relay main'");
            connection.commit();
        }
    }

    private void offset(long position) throws SQLException {
        servers.execute(offsetSql(position));
    }

    private static String offsetSql(long position) {
        return """
                INSERT INTO outbox.relay_offset (relay, position) VALUES ('main', %1$d)
                ON CONFLICT (relay) DO UPDATE SET position = %1$d, holes = '[]'
                """.formatted(position);
    }

    String size() throws SQLException {
        return "%,d events of %s bytes of payload, %s with indexes"
                .formatted(
                        events,
                        servers.query("SELECT round(avg(length(payload::text))) FROM (SELECT payload FROM outbox.event "
                                + "WHERE position > " + start() + " LIMIT 1000) AS sample"),
                        servers.query("SELECT pg_size_pretty(pg_total_relation_size('outbox.event'))"));
    }
}
