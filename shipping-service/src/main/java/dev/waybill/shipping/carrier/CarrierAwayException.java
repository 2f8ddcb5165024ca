package dev.waybill.shipping.carrier;

/** The carrier gave no answer: whether it has done what it was asked is not known. */
public class CarrierAwayException extends RuntimeException {

    CarrierAwayException(String message) {
        super(message);
    }

    CarrierAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
