package dev.waybill.shipping.shipment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import dev.waybill.shipping.Address;
import dev.waybill.shipping.ShippingProperties;
import dev.waybill.shipping.carrier.Answer;
import dev.waybill.shipping.carrier.Question;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The reconciler's side of {@code shipping.shipment}: which shipments are due, and what came of them.
 *
 * <p>Why nobody asks beside another: a claim moves {@code next_attempt_at} to the end of its lease and raises the claim's
 * number, under the row's lock; the outcome is written only while that number stands. Whoever lost its lease in between has
 * its outcome dropped, and the question, which is in the row, is put again under the same key. Outcome and answer to the
 * order are in one transaction.
 */
@Repository
class Bookings {

    /** Shipments touched by one transaction beside the claims. */
    private static final int CHUNK = 500;

    private static final int LONGEST_ERROR = 1_000;

    private static final String COLUMNS = """
            order_id, wanted_version, wanted_name, wanted_street, wanted_city, wanted_postcode, wanted_country,
            wanted_cancelled, trace, asked, sent, booked, refusal, claim, attempts, last_error, event_sequence, told_version,
            1000 * extract(epoch FROM next_attempt_at - now()) AS next_attempt
            """;

    /** A question to be put now. */
    record Claim(UUID orderId, long number, Question question) {}

    /**
     * What came of a claim.
     *
     * @param answer null if there was none
     * @param error why there was none
     */
    record Outcome(Claim claim, Answer answer, String error) {}

    private final JdbcTemplate jdbc;
    private final Outbox outbox;
    private final ObjectMapper json;
    private final ShippingProperties.Reconciler properties;

    Bookings(JdbcTemplate jdbc, Outbox outbox, ObjectMapper json, ShippingProperties properties) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.json = json;
        this.properties = properties.reconciler();
    }

    /**
     * Writes what came of claims, then claims more: in one transaction, for its commit is what takes longest.
     *
     * @param most claims
     */
    @Transactional
    public List<Claim> settleAndClaim(List<Outcome> outcomes, int most) {
        settle(outcomes);
        return claim(most);
    }

    /** Takes shipments that are due, those that have waited longest first, and settles those that need no carrier. */
    private List<Claim> claim(int most) {
        List<Booking> due = query("""
                WHERE next_attempt_at <= now() ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED
                """, most);
        List<Booking> claimed = due.stream()
                .map(booking -> booking.course()
                        .next()
                        .map(question -> booking.claimed(question, properties.lease()))
                        .orElseGet(booking::settled))
                .toList();
        save(claimed);
        return claimed.stream()
                .filter(booking -> booking.event() == null)
                .map(booking -> new Claim(
                        booking.course().orderId(),
                        booking.claim(),
                        booking.course().asked()))
                .toList();
    }

    private void settle(List<Outcome> outcomes) {
        if (outcomes.isEmpty()) {
            return;
        }
        Map<UUID, Outcome> byOrder = outcomes.stream()
                .collect(Collectors.toMap(
                        outcome -> outcome.claim().orderId(),
                        Function.identity(),
                        (one, other) -> one.claim().number() > other.claim().number() ? one : other));
        List<Booking> changed = new ArrayList<>();
        for (Booking booking : locked(byOrder.keySet())) {
            Outcome outcome = byOrder.get(booking.course().orderId());
            // Not sent any more: this outcome is written, and only the reply to that commit was lost.
            if (outcome.claim().number() == booking.claim() && booking.course().sent()) {
                changed.add(
                        outcome.answer() != null
                                ? booking.answered(outcome.answer())
                                : booking.unanswered(outcome.error(), backOff(booking.attempts())));
            }
        }
        save(changed);
    }

    /** Settles what was cancelled before the carrier heard of it, whether the carrier is there or not. */
    @Transactional
    public void settleCancelledUnsent() {
        save(query("""
                WHERE next_attempt_at IS NOT NULL AND wanted_cancelled AND NOT sent AND booked IS NULL
                LIMIT ? FOR UPDATE SKIP LOCKED
                """, CHUNK).stream().map(Booking::settled).toList());
    }

    /**
     * Tells orders that their outcome takes longer. Only then: told of every order at once, it would double the traffic.
     *
     * @param reason said where the shipment has none of its own
     */
    @Transactional
    public void tellWaiting(String reason) {
        save(query("""
                        WHERE next_attempt_at IS NOT NULL AND told_version < wanted_version
                          AND wanted_at < now() - ? * interval '1 ms'
                        ORDER BY wanted_at LIMIT ? FOR UPDATE SKIP LOCKED
                        """, properties.awaitingAfter().toMillis(), CHUNK).stream()
                .map(booking -> booking.tellingThatItWaits(reason))
                .toList());
    }

    /**
     * Answers orders again whose last event came again, in the caller's transaction: they may not have heard. Whom the
     * reconciler is at, it answers; to wait for it here, with other shipments locked, could be a deadlock.
     *
     * @param versions the sequence of that event, by order
     */
    void tellAgain(Map<UUID, Long> versions) {
        save(
                query("WHERE order_id = ANY (?) FOR UPDATE SKIP LOCKED", (Object)
                                versions.keySet().toArray(UUID[]::new))
                        .stream()
                        .filter(booking -> booking.course().wanted().version()
                                == versions.get(booking.course().orderId()))
                        .filter(Booking::isTold)
                        .map(Booking::tellingAgain)
                        .toList());
    }

    private List<Booking> locked(Collection<UUID> orders) {
        // In the order of their ids, as everyone who locks several.
        return query("WHERE order_id = ANY (?) ORDER BY order_id FOR UPDATE", (Object) orders.toArray(UUID[]::new));
    }

    private List<Booking> query(String where, Object... values) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM shipping.shipment " + where, (row, number) -> booking(row), values);
    }

    private void save(List<Booking> bookings) {
        if (bookings.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                UPDATE shipping.shipment s SET
                    status = c.status, asked = c.asked, sent = c.sent, booked = c.booked, refusal = c.refusal,
                    tracking_number = c.booked ->> 'trackingNumber', claim = c.claim, attempts = c.attempts,
                    -- What is due at once is so since it was wanted: it goes on before those that came after it.
                    next_attempt_at = CASE WHEN c.next_attempt = 0 THEN s.wanted_at
                                           ELSE now() + c.next_attempt * interval '1 ms' END, last_error = c.last_error,
                    event_sequence = c.event_sequence, told_version = c.told_version, updated_at = now()
                FROM unnest(?, ?, ?::jsonb[], ?, ?::jsonb[], ?::jsonb[], ?, ?, ?, ?, ?, ?) AS c(order_id, status, asked,
                    sent, booked, refusal, claim, attempts, next_attempt, last_error, event_sequence, told_version)
                WHERE s.order_id = c.order_id
                """,
                column(bookings, UUID[]::new, booking -> booking.course().orderId()),
                column(
                        bookings,
                        String[]::new,
                        booking -> booking.course().status().name()),
                column(
                        bookings,
                        String[]::new,
                        booking -> write(booking.course().asked())),
                column(bookings, Boolean[]::new, booking -> booking.course().sent()),
                column(
                        bookings,
                        String[]::new,
                        booking -> write(booking.course().booked())),
                column(
                        bookings,
                        String[]::new,
                        booking -> write(booking.course().refusal())),
                column(bookings, Long[]::new, Booking::claim),
                column(bookings, Integer[]::new, Booking::attempts),
                column(
                        bookings,
                        Long[]::new,
                        booking -> booking.nextAttempt() == null
                                ? null
                                : booking.nextAttempt().toMillis()),
                column(bookings, String[]::new, booking -> shortened(booking.lastError())),
                column(bookings, Long[]::new, Booking::eventSequence),
                column(bookings, Long[]::new, Booking::toldVersion));
        append(bookings);
    }

    private void append(List<Booking> bookings) {
        outbox.append(bookings.stream()
                .filter(booking -> booking.event() != null)
                .map(booking -> new OutboxEvent(
                        booking.course().orderId().toString(),
                        booking.eventSequence(),
                        booking.event().type(),
                        booking.event(),
                        booking.trace() == null ? Map.of() : Map.of("traceparent", booking.trace())))
                .toList());
    }

    private Booking booking(ResultSet row) throws SQLException {
        Address address = new Address(
                row.getString("wanted_name"),
                row.getString("wanted_street"),
                row.getString("wanted_city"),
                row.getString("wanted_postcode"),
                row.getString("wanted_country"));
        Course course = new Course(
                row.getObject("order_id", UUID.class),
                new Course.Wanted(row.getLong("wanted_version"), address, row.getBoolean("wanted_cancelled")),
                read(row.getString("asked"), Question.class),
                row.getBoolean("sent"),
                read(row.getString("booked"), Course.Booked.class),
                read(row.getString("refusal"), Course.Refusal.class));
        BigDecimal nextAttempt = row.getBigDecimal("next_attempt");
        return new Booking(
                course,
                row.getString("trace"),
                row.getLong("claim"),
                row.getInt("attempts"),
                nextAttempt == null ? null : Duration.ofMillis(nextAttempt.longValue()),
                row.getString("last_error"),
                row.getLong("event_sequence"),
                row.getLong("told_version"),
                null);
    }

    /** Doubled with each attempt, and somewhere between a half and the whole of it, so that many do not come back at once. */
    private Duration backOff(int attempts) {
        long doubled = properties.firstBackOff().toMillis() << Math.min(20, Math.max(0, attempts - 1));
        long most = Math.min(doubled, properties.longestBackOff().toMillis());
        return Duration.ofMillis(most / 2 + 1 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private static <T> T[] column(List<Booking> bookings, IntFunction<T[]> array, Function<Booking, T> value) {
        return bookings.stream().map(value).toArray(array);
    }

    /** Fit for a column: Postgres has no NUL in texts. */
    private static String shortened(String error) {
        String clean = error == null ? null : error.replace("\u0000", "");
        return clean == null || clean.length() <= LONGEST_ERROR ? clean : clean.substring(0, LONGEST_ERROR);
    }

    private String write(Object value) {
        try {
            return value == null ? null : json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T read(String value, Class<T> as) {
        try {
            return value == null ? null : json.readValue(value, as);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
