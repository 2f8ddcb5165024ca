package dev.waybill.shipping.carrier;

/**
 * What the carrier says to a {@link Question}. No answer at all is a {@link CarrierAwayException}.
 *
 * @param bookingId of a new booking; else null
 * @param trackingNumber of a new booking, and of a redirected one if it says so; else null
 * @param reason why it is refused; else null
 */
public record Answer(Kind kind, String bookingId, String trackingNumber, String reason) {

    public enum Kind {
        /** As asked. */
        DONE,
        /** Never, as it is asked. */
        REFUSED,
        /** The carrier knows no such booking, so there is none. */
        GONE
    }

    static Answer done(String bookingId, String trackingNumber) {
        return new Answer(Kind.DONE, bookingId, trackingNumber, null);
    }

    static Answer refused(String reason) {
        return new Answer(Kind.REFUSED, null, null, reason);
    }

    static Answer gone() {
        return new Answer(Kind.GONE, null, null, null);
    }
}
