package dev.waybill.outbox.testing;

import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes down for each subject what it applied, one after the other: twice, or in another order, is another text. */
final class Ledger implements InboxHandler {

    static final String TOPIC = "ledger";
    static final String TYPE = "entry";

    record Entry(String token) {}

    private final JdbcTemplate jdbc;

    Ledger(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public Set<String> types() {
        return Set.of(TYPE);
    }

    @Override
    public void handle(List<InboxEvent> events) {
        Map<String, String> entries = new TreeMap<>(); // everyone in the same order, against deadlocks
        events.forEach(event ->
                entries.merge(event.subject(), event.data(Entry.class).token(), (before, next) -> before + " " + next));
        jdbc.update(
                """
                INSERT INTO public.ledger AS l (subject, applied) SELECT * FROM unnest(?, ?)
                ON CONFLICT (subject) DO UPDATE SET applied = l.applied || ' ' || excluded.applied
                """, entries.keySet().toArray(String[]::new), entries.values().toArray(String[]::new));
    }
}
