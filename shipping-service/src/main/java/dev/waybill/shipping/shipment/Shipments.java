package dev.waybill.shipping.shipment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.inbox.UnprocessableEventException;
import dev.waybill.shipping.Address;
import dev.waybill.shipping.carrier.Question;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
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
    private final ObjectMapper json;

    Shipments(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Records what is wanted now, in the caller's transaction: one wish an order. What is being asked, or waits for its
     * next attempt, is left to that; what was settled is due again.
     *
     * @throws UnprocessableEventException if an order that was not placed here is to be changed
     */
    void want(Collection<Wish> wishes) {
        insert(wishes.stream().filter(wish -> wish.placed() != null).toList());
        update(wishes.stream().filter(wish -> wish.placed() == null).toList());
    }

    private void insert(List<Wish> placed) {
        if (placed.isEmpty()) {
            return;
        }
        jdbc.update("""
                INSERT INTO shipping.shipment (order_id, wanted_version, wanted_name, wanted_street, wanted_city,
                    wanted_postcode, wanted_country, wanted_cancelled, trace, asked, next_attempt_at)
                SELECT w.*, now() FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                    ?::boolean[], ?::text[], ?::jsonb[]) AS w
                """, wanted(placed, (Object)
                placed.stream().map(this::firstQuestion).toArray(String[]::new)));
    }

    /** See {@link Course} for why it is the order as it was placed. */
    private String firstQuestion(Wish wish) {
        try {
            return json.writeValueAsString(Question.book(wish.orderId(), 0, wish.placed()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void update(List<Wish> changed) {
        if (changed.isEmpty()) {
            return;
        }
        UUID[] orders = changed.stream().map(Wish::orderId).toArray(UUID[]::new);
        // In the order of their ids, as everyone who locks several.
        Set<UUID> known = new HashSet<>(jdbc.queryForList(
                "SELECT order_id FROM shipping.shipment WHERE order_id = ANY (?) ORDER BY order_id FOR UPDATE",
                UUID.class,
                (Object) orders));
        changed.stream()
                .filter(wish -> !known.contains(wish.orderId()))
                .findFirst()
                .ifPresent(wish -> {
                    throw new UnprocessableEventException("order " + wish.orderId() + " was never placed here");
                });
        jdbc.update("""
                UPDATE shipping.shipment s SET
                    wanted_version = w.version,
                    wanted_name = coalesce(w.name, s.wanted_name),
                    wanted_street = coalesce(w.street, s.wanted_street),
                    wanted_city = coalesce(w.city, s.wanted_city),
                    wanted_postcode = coalesce(w.postcode, s.wanted_postcode),
                    wanted_country = coalesce(w.country, s.wanted_country),
                    wanted_cancelled = w.cancelled,
                    trace = w.trace,
                    wanted_at = now(),
                    status = 'AWAITING_CARRIER',
                    next_attempt_at = coalesce(s.next_attempt_at, now()),
                    updated_at = now()
                FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[],
                    ?::text[]) AS w(order_id, version, name, street, city, postcode, country, cancelled, trace)
                WHERE s.order_id = w.order_id
                """, wanted(changed));
    }

    /** How many wait for the carrier, counted up to {@code most}. */
    int waiting(int most) {
        return jdbc.queryForObject("""
                SELECT count(*) FROM (SELECT FROM shipping.shipment WHERE next_attempt_at IS NOT NULL LIMIT ?) AS waiting
                """, Integer.class, most);
    }

    private static Object[] wanted(List<Wish> wishes, Object... more) {
        Object[] columns = {
            wishes.stream().map(Wish::orderId).toArray(UUID[]::new),
            wishes.stream().map(Wish::version).toArray(Long[]::new),
            texts(wishes, Address::name),
            texts(wishes, Address::street),
            texts(wishes, Address::city),
            texts(wishes, Address::postcode),
            texts(wishes, Address::country),
            wishes.stream().map(Wish::cancelled).toArray(Boolean[]::new),
            wishes.stream().map(Wish::trace).toArray(String[]::new)
        };
        return Stream.concat(Arrays.stream(columns), Arrays.stream(more)).toArray();
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
