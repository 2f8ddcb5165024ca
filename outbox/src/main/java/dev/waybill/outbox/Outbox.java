package dev.waybill.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Writes events into the caller's transaction. What commits is published by the relay, at least once and in the order of
 * each subject; what rolls back never is. Thread-safe.
 */
public class Outbox {

    /** What CloudEvents adds on the wire: its own header names, an id, a time. Counted generously. */
    private static final int WIRE_OVERHEAD = 512;

    /** That UTF-8 needs for a character of a {@code String}. */
    private static final int MOST_BYTES = 3;

    private static final String INSERT = """
            INSERT INTO outbox.event (id, source, subject, sequence, type, payload, headers)
            VALUES (?, ?, ?, ?, ?, ?::json, ?::json)
            """;

    private final DataSource dataSource;
    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final OutboxProperties properties;
    private final Supplier<Map<String, String>> traceHeaders;
    private final Consumer<Integer> committed;

    /**
     * @param traceHeaders the W3C trace context of the calling thread, empty where there is none
     * @param committed told after each commit how many events it brought; must return at once
     */
    public Outbox(
            DataSource dataSource,
            ObjectMapper json,
            OutboxProperties properties,
            Supplier<Map<String, String>> traceHeaders,
            Consumer<Integer> committed) {
        this.dataSource = dataSource;
        this.jdbc = new JdbcTemplate(dataSource);
        this.json = json;
        this.properties = properties;
        this.traceHeaders = traceHeaders;
        this.committed = committed;
    }

    /**
     * Appends one event to the caller's transaction.
     *
     * @return the event's id, {@code ce_id} on the wire
     * @throws NoTransactionException outside a transaction on the outbox's {@code DataSource}
     * @throws EventTooLargeException over {@code waybill.outbox.max-event-size}
     * @throws org.springframework.dao.DuplicateKeyException if the subject already has an event of this sequence
     */
    public UUID append(OutboxEvent event) {
        return append(List.of(event)).get(0);
    }

    /** Appends several events in one round trip, in this order; see {@link #append(OutboxEvent)}. */
    public List<UUID> append(List<OutboxEvent> events) {
        if (events.isEmpty()) {
            return List.of();
        }
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.hasResource(dataSource)) {
            throw new NoTransactionException(events.get(0));
        }
        Map<String, String> trace = traceHeaders.get();
        List<UUID> ids = events.stream().map(event -> UUID.randomUUID()).toList();
        List<Object[]> rows = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            rows.add(row(ids.get(i), events.get(i), trace));
        }
        if (rows.size() == 1) { // the common one, and a batch has a price of its own
            jdbc.update(INSERT, rows.get(0));
        } else {
            jdbc.batchUpdate(INSERT, rows);
        }
        Commit.of(this).events += events.size();
        return ids;
    }

    private Object[] row(UUID id, OutboxEvent event, Map<String, String> trace) {
        Map<String, String> headers = new HashMap<>(trace);
        headers.putAll(event.headers());
        String payload = write(event, event.data());
        String headersJson = headers.isEmpty() ? "{}" : write(event, headers);
        requireFits(event, payload, headersJson);
        return new Object[] {
            id, properties.source(), event.subject(), event.sequence(), event.type(), payload, headersJson
        };
    }

    private void requireFits(OutboxEvent event, String payload, String headers) {
        long limit = properties.maxEventSize().toBytes();
        long characters = (long) payload.length()
                + headers.length()
                + 2L * event.subject().length();
        if (MOST_BYTES * characters + WIRE_OVERHEAD <= limit) {
            return; // whatever they are
        }
        long size = (long) bytes(payload) + bytes(headers) + 2L * bytes(event.subject()) + WIRE_OVERHEAD;
        if (size > limit) {
            throw new EventTooLargeException(event, size, limit);
        }
    }

    private String write(OutboxEvent event, Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s of %s cannot be written as JSON: %s"
                            .formatted(event.type(), event.subject(), e.getOriginalMessage()),
                    e);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Counts the events of one transaction, so that a thousand appends wake the relay once. */
    private static final class Commit implements TransactionSynchronization {
        private final Outbox outbox;
        private int events;

        private Commit(Outbox outbox) {
            this.outbox = outbox;
        }

        static Commit of(Outbox outbox) {
            Commit commit = (Commit) TransactionSynchronizationManager.getResource(outbox);
            if (commit == null) {
                commit = new Commit(outbox);
                TransactionSynchronizationManager.bindResource(outbox, commit);
                TransactionSynchronizationManager.registerSynchronization(commit);
            }
            return commit;
        }

        @Override
        public void suspend() {
            TransactionSynchronizationManager.unbindResource(outbox);
        }

        @Override
        public void resume() {
            TransactionSynchronizationManager.bindResource(outbox, this);
        }

        @Override
        public void afterCommit() {
            outbox.committed.accept(events);
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResourceIfPossible(outbox);
        }
    }
}
