package dev.waybill.outbox.relay;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * Rows of {@code outbox.event} as events. Texts that a row has in common with the one before, which source, type and headers nearly
 * always are, become one object: thousands of events wait in the heap, and each object of each is a look into memory when its turn
 * comes. For one thread at a time.
 */
final class EventRows {

    /** In types that the server need not write as text: half of what a read cost it was that. */
    static final String COLUMNS = """
            e.position, e.id, e.source, e.subject, e.sequence, e.type, e.payload, e.headers,
            date_part('epoch', e.occurred_at)""";

    /** What RFC 3339 can tell: the years 0 to 9999. The database knows earlier and later ones, and infinity. */
    private static final double FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

    private static final double LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private String source;
    private String type;
    private String headers;

    StoredEvent event(ResultSet row) throws SQLException {
        source = same(source, row.getString(3));
        type = same(type, row.getString(6));
        headers = same(headers, row.getString(8));
        return new StoredEvent(
                row.getLong(1),
                row.getObject(2, UUID.class),
                source,
                row.getString(4),
                row.getLong(5),
                type,
                row.getBytes(7), // json comes as text: these are its UTF-8 bytes, undecoded
                headers,
                instant(row.getDouble(9)));
    }

    private static String same(String before, String now) {
        return now.equals(before) ? before : now;
    }

    /** @param epoch seconds, exact to the microsecond for thousands of years to come */
    private static Instant instant(double epoch) {
        long micros = Math.round(Math.max(FIRST, Math.min(LAST, epoch)) * 1e6);
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
    }
}
