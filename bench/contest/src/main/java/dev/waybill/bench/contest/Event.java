package dev.waybill.bench.contest;

import java.nio.charset.StandardCharsets;

/**
 * What happened to an aggregate. It knows itself again in whatever a contender makes of its payload: the payload has a mark,
 * {@code #run:key:sequence:number#}, of letters that no serialization escapes.
 *
 * @param run keeps the rounds apart; letters and digits
 * @param key of the aggregate; letters, digits and hyphens
 * @param sequence the aggregate's own count of its events
 * @param number the event's own in its round
 */
public record Event(String run, String key, long sequence, long number) {

    public static final String TYPE = "order.changed";

    private static final String BEGIN = "{\"mark\":\"";
    private static final String END = "\",\"customerId\":\"customer-4711\",\"currency\":\"EUR\",\"lines\":["
            + "{\"sku\":\"c81e728d9d4c2f636f067f89cc14862c\",\"quantity\":2,\"unitPrice\":\"19.99\"},"
            + "{\"sku\":\"eccbc87e4b5ce2fe28308fd9f2a7baf3\",\"quantity\":1,\"unitPrice\":\"5.49\"}],"
            + "\"deliveryAddress\":{\"name\":\"Ada Lovelace\",\"street\":\"12 St James Square\",\"city\":\"London\","
            + "\"postcode\":\"SW1Y 4JH\",\"country\":\"GB\"},\"total\":\"45.47\",\"status\":\"PLACED\"}";

    /** JSON of about 400 bytes. */
    public String payload() {
        return BEGIN + "#" + run + ":" + key + ":" + sequence + ":" + number + "#" + END;
    }

    /** A query with the columns {@code number, key, sequence, payload} of so many events, in the order of their writing. */
    static String rows(String run, int events, int keys) {
        return """
                SELECT number, key, sequence, '%s#%s:' || key || ':' || sequence || ':' || number || '#%s' AS payload
                FROM (SELECT number, '%s-' || number %% %d AS key, number / %d AS sequence
                      FROM generate_series(0, %d - 1) AS number) AS event
                ORDER BY number""".formatted(BEGIN, run, END, run, keys, keys, events);
    }

    /** Finds the mark in a record's value; null if it has none. */
    public static Event in(byte[] value) {
        int begin = 0;
        while (begin < value.length && value[begin] != '#') {
            begin++;
        }
        int end = begin + 1;
        while (end < value.length && value[end] != '#') {
            end++;
        }
        if (end >= value.length) {
            return null;
        }
        String[] parts = new String(value, begin + 1, end - begin - 1, StandardCharsets.US_ASCII).split(":");
        return parts.length == 4
                ? new Event(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]))
                : null;
    }
}
