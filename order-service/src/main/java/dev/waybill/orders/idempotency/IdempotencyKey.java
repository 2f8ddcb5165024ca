package dev.waybill.orders.idempotency;

import dev.waybill.orders.web.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name a client gives to one thing it wants done once: 1 to 255 visible ASCII characters. The header is a string of
 * RFC 8941, in quotes, by the <a
 * href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">draft</a>; many clients leave the
 * quotes out, and mean the same key.
 */
public record IdempotencyKey(String value) {

    public static final String HEADER = "Idempotency-Key";

    private static final int LONGEST = 255;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\[\"\\\\])*)\"");

    public IdempotencyKey {
        if (value.length() > LONGEST || !VISIBLE.matcher(value).matches()) {
            throw Problem.invalid(HEADER, "must have 1 to " + LONGEST + " visible ASCII characters");
        }
    }

    /**
     * @param headers every value the request has for {@link #HEADER}; null: none
     * @throws Problem if it is no key, or more than one
     */
    public static Optional<IdempotencyKey> of(List<String> headers) {
        if (headers == null) {
            return Optional.empty();
        }
        if (headers.size() != 1) {
            throw Problem.invalid(HEADER, "must be given once");
        }
        return Optional.of(new IdempotencyKey(unquoted(headers.get(0).strip())));
    }

    private static String unquoted(String header) {
        if (!header.startsWith("\"")) {
            return header;
        }
        var quoted = QUOTED.matcher(header);
        if (!quoted.matches()) {
            throw Problem.invalid(HEADER, "must be one string, with its closing quote");
        }
        return quoted.group(1).replaceAll("\\\\(.)", "$1");
    }
}
