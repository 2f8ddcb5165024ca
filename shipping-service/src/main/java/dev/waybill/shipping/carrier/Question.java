package dev.waybill.shipping.carrier;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.waybill.shipping.Address;
import java.util.Locale;
import java.util.UUID;

/**
 * Something to be asked of the carrier.
 *
 * @param version the order's version (the sequence of its event) that it is asked for
 * @param address where to; null for a cancellation
 * @param bookingId the booking it is about; null for a new one
 */
public record Question(Kind kind, UUID orderId, long version, Address address, String bookingId) {

    public enum Kind {
        BOOK,
        REDIRECT,
        CANCEL
    }

    public static Question book(UUID orderId, long version, Address address) {
        return new Question(Kind.BOOK, orderId, version, address, null);
    }

    public static Question redirect(UUID orderId, long version, Address address, String bookingId) {
        return new Question(Kind.REDIRECT, orderId, version, address, bookingId);
    }

    public static Question cancel(UUID orderId, long version, String bookingId) {
        return new Question(Kind.CANCEL, orderId, version, null, bookingId);
    }

    /** The {@code Idempotency-Key}: the same whenever this question is asked, and no other question's. */
    @JsonIgnore
    public String key() {
        String booking = orderId + "-" + version;
        return kind == Kind.BOOK ? booking : booking + "-" + kind.name().toLowerCase(Locale.ROOT);
    }
}
