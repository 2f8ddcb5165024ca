package dev.waybill.shipping;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** {@code shipping.shipment}: one row an order. */
@Repository
class Shipments {

    private static final String COLUMNS = """
            order_id, status, wanted_name, wanted_street, wanted_city, wanted_postcode, wanted_country,
            tracking_number, attempts, next_attempt_at, last_error, updated_at
            """;

    private final JdbcTemplate jdbc;

    Shipments(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Records what is wanted now, in the caller's transaction: one wish an order. */
    void want(Collection<Wish> wishes) {
        insert(wishes.stream().filter(Wish::placed).toList());
        update(wishes.stream().filter(wish -> !wish.placed()).toList());
    }

    private void insert(List<Wish> placed) {
        if (placed.isEmpty()) {
            return;
        }
        jdbc.update("""
                INSERT INTO shipping.shipment (order_id, wanted_name, wanted_street, wanted_city, wanted_postcode,
                    wanted_country, wanted_cancelled)
                SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[])
                """, wanted(placed));
    }

    private void update(List<Wish> changed) {
        if (changed.isEmpty()) {
            return;
        }
        jdbc.update("""
                UPDATE shipping.shipment s SET
                    wanted_name = coalesce(w.name, s.wanted_name),
                    wanted_street = coalesce(w.street, s.wanted_street),
                    wanted_city = coalesce(w.city, s.wanted_city),
                    wanted_postcode = coalesce(w.postcode, s.wanted_postcode),
                    wanted_country = coalesce(w.country, s.wanted_country),
                    wanted_cancelled = s.wanted_cancelled OR w.cancelled,
                    wanted_version = s.wanted_version + 1,
                    updated_at = now()
                FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[])
                    AS w(order_id, name, street, city, postcode, country, cancelled)
                WHERE s.order_id = w.order_id
                """, wanted(changed));
    }

    private static Object[] wanted(List<Wish> wishes) {
        return new Object[] {
            wishes.stream().map(Wish::orderId).toArray(UUID[]::new),
            texts(wishes, Address::name),
            texts(wishes, Address::street),
            texts(wishes, Address::city),
            texts(wishes, Address::postcode),
            texts(wishes, Address::country),
            wishes.stream().map(Wish::cancelled).toArray(Boolean[]::new)
        };
    }

    private static String[] texts(List<Wish> wishes, Function<Address, String> part) {
        return wishes.stream()
                .map(wish -> wish.address() == null ? null : part.apply(wish.address()))
                .toArray(String[]::new);
    }

    Optional<Shipment> find(UUID orderId) {
        return jdbc
                .query("SELECT " + COLUMNS + " FROM shipping.shipment WHERE order_id = ?", Shipments::shipment, orderId)
                .stream()
                .findFirst();
    }

    /** At most {@code limit} shipments, the newest orders first, from the one after {@code after} on. */
    List<Shipment> list(Shipment.Status status, UUID after, int limit) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM shipping.shipment WHERE order_id < ?"
                        + (status == null ? "" : " AND status = '" + status + "'")
                        + " ORDER BY order_id DESC LIMIT ?",
                Shipments::shipment,
                after,
                limit);
    }

    private static Shipment shipment(ResultSet row, int number) throws SQLException {
        return new Shipment(
                row.getObject("order_id", UUID.class),
                Shipment.Status.valueOf(row.getString("status")),
                new Address(
                        row.getString("wanted_name"),
                        row.getString("wanted_street"),
                        row.getString("wanted_city"),
                        row.getString("wanted_postcode"),
                        row.getString("wanted_country")),
                row.getString("tracking_number"),
                row.getInt("attempts"),
                instant(row.getTimestamp("next_attempt_at")),
                row.getString("last_error"),
                instant(row.getTimestamp("updated_at")));
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
