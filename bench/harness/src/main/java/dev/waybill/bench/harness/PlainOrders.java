package dev.waybill.bench.harness;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;

/** The yardstick of {@code POST /orders}: the statements that one causes, as the server's log has them, and nothing else. */
final class PlainOrders implements Crowd.Member {

    private static final String PAYLOAD = """
            {"orderId":"%s","customerId":"customer-4711","currency":"EUR","lines":[\
            {"sku":"c81e728d9d4c2f636f067f89cc14862c","quantity":2,"unitPrice":"19.99"},\
            {"sku":"eccbc87e4b5ce2fe28308fd9f2a7baf3","quantity":1,"unitPrice":"5.49"}],"total":"45.47",\
            "deliveryAddress":{"name":"Ada Lovelace","street":"12 St James Square","city":"London",\
            "postcode":"SW1Y 4JH","country":"GB"},"placedAt":"2030-01-01T12:00:00.123456Z"}""";
    private static final String HEADERS =
            "{\"traceparent\":\"00-6b033bbc48bc2981104a6f8889018af8-104a6f8889018af8-01\"}";

    private final Random random = new Random();
    private final Connection connection;
    private final PreparedStatement order;
    private final PreparedStatement lines;
    private final PreparedStatement event;

    /** @param url of a database with the order-service's tables, which nobody reads */
    PlainOrders(String url) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "orders_app");
        properties.setProperty("password", "orders_app");
        connection = DriverManager.getConnection(url, properties);
        connection.setAutoCommit(false);
        order = connection.prepareStatement("""
                INSERT INTO orders.orders (currency, customer_id, name, street, city, postcode, country, event_sequence,
                    placed_at, next_publishing_at, shipment_status, tracking_number, shipment_reason, status, timeouts,
                    total, updated_at, version, id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, now() + ?::interval, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        lines = connection.prepareStatement("""
                INSERT INTO orders.order_line (order_id, line, sku, quantity, unit_price)
                VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?)""");
        event = connection.prepareStatement("""
                INSERT INTO outbox.event (id, source, subject, sequence, type, payload, headers)
                VALUES (?, ?, ?, ?, ?, ?::json, ?::json)""");
    }

    @Override
    public void act() throws SQLException {
        UUID id = timeOrdered();
        OffsetDateTime now = OffsetDateTime.now();
        execute(
                order,
                "EUR",
                "customer-4711",
                "Ada Lovelace",
                "12 St James Square",
                "London",
                "SW1Y 4JH",
                "GB",
                0L,
                now,
                "30 seconds",
                null,
                null,
                null,
                "PLACED",
                0,
                new BigDecimal("45.47"),
                now,
                0L,
                id);
        execute(
                lines,
                id,
                0,
                "c81e728d9d4c2f636f067f89cc14862c",
                2,
                new BigDecimal("19.99"),
                id,
                1,
                "eccbc87e4b5ce2fe28308fd9f2a7baf3",
                1,
                new BigDecimal("5.49"));
        execute(event, UUID.randomUUID(), "/orders", id.toString(), 0L, "order.placed", PAYLOAD.formatted(id), HEADERS);
        connection.commit();
    }

    private static void execute(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                statement.setNull(i + 1, Types.VARCHAR);
            } else {
                statement.setObject(i + 1, values[i]);
            }
        }
        statement.executeUpdate();
    }

    /** Version 7, as the service's: others would find the index's end less often in memory. */
    private UUID timeOrdered() {
        long time = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
        return new UUID(time, random.nextLong() >>> 2 | Long.MIN_VALUE);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
