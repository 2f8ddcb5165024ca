package dev.waybill.orders.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.orders.web.Problem;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Does something once per {@link IdempotencyKey}, whatever is repeated, runs at the same time elsewhere, or is killed.
 *
 * <p>The invariant: a key's row is there if and only if its work is done, because both are one transaction, and the row's
 * primary key lets only one such transaction commit. Killed before the commit, neither is there and the client's next
 * try does the work; killed after it, both are and the next try gets the answer. The advisory lock, which Postgres drops
 * with the transaction, only spares the others the work (and the wait) while the first is at it. It is released after
 * the commit is visible, so whoever gets it reads the row of whoever had it before.
 */
@Component
public class Once {

    /** What was answered, and whether that was to an earlier request. */
    public record Answer<T>(T body, boolean replayed) {}

    private record Remembered(byte[] bodyHash, String answer) {}

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    Once(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Answers as this key was answered before, else does the work and remembers its answer. Work that throws is not
     * remembered: the request may be mended and sent again under its key.
     *
     * @param request what the key stands for: the same key with another request is refused
     * @throws Problem 422 for another request, 409 while the first is still being worked on
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public <T> Answer<T> per(IdempotencyKey key, Object request, Class<T> type, Supplier<T> work) {
        if (!lock(key)) {
            throw new Problem(
                            HttpStatus.CONFLICT,
                            "key-in-use",
                            "Still at work",
                            "A request with this Idempotency-Key is being worked on")
                    .retryAfter(1);
        }
        byte[] bodyHash = hash(request);
        List<Remembered> before = jdbc.query(
                "SELECT body_hash, answer FROM orders.idempotency_key WHERE key = ?",
                (row, n) -> new Remembered(row.getBytes("body_hash"), row.getString("answer")),
                key.value());
        if (before.isEmpty()) {
            T answer = work.get();
            jdbc.update(
                    "INSERT INTO orders.idempotency_key (key, body_hash, answer) VALUES (?, ?, ?::json)",
                    key.value(),
                    bodyHash,
                    write(answer));
            return new Answer<>(answer, false);
        }
        if (!Arrays.equals(before.get(0).bodyHash(), bodyHash)) {
            throw new Problem(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "key-reused",
                    "Key used before",
                    "This Idempotency-Key came with another body before; a new request needs a new key");
        }
        return new Answer<>(read(before.get(0).answer(), type), true);
    }

    private boolean lock(IdempotencyKey key) {
        // Two keys with one hash: one of them is told to try again, no more.
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('orders.idempotency/' || ?, 0))",
                Boolean.class,
                key.value()));
    }

    /** Of the request as it was understood, so that neither blanks nor the order of properties make it another. */
    private byte[] hash(Object request) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(request));
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String write(Object answer) {
        try {
            return json.writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T read(String answer, Class<T> type) {
        try {
            return json.readValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
