package dev.waybill.systemtests.history;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.time.Instant;

/**
 * A round as a whole.
 *
 * @param seed of everything random in it
 * @param instances of each service
 * @param healedAt when the last fault was over, in ms since the round began
 * @param convergedAt when all was as it should be, in ms since the round began; null if it was not within the limit
 * @param limitSeconds from {@code healedAt}
 */
public record Round(
        long seed,
        String name,

        @JsonSerialize(using = ToStringSerializer.class) @JsonDeserialize(converter = InstantOfText.class)
        Instant startedAt,

        int instances,
        long healedAt,
        Long convergedAt,
        int limitSeconds) {

    public Round {
        requireNonNull(startedAt, "startedAt");
    }

    /** So that this needs no module of Jackson. */
    static final class InstantOfText extends StdConverter<String, Instant> {
        @Override
        public Instant convert(String text) {
            return Instant.parse(text);
        }
    }
}
