package dev.waybill.systemtests.wire;

import java.util.Locale;
import java.util.function.Predicate;

/**
 * A moment between two steps of a service: a request of it is on its way, or the answer is.
 *
 * @param name for those who read a failure
 * @param answered whether the server has answered, and well as far as its protocol tells here; else it has not got the
 *     request yet
 */
public record Step(String name, Predicate<Message> which, boolean answered) {

    private static final int PRODUCE = 0;
    private static final int OFFSET_COMMIT = 8;

    /** A statement that has this in it, whatever the case of its letters. */
    public static Step sql(String part) {
        return request("'" + part + "'", message -> contains(message.text(), part));
    }

    /** The COMMIT of a transaction that has executed a statement with this in it. */
    public static Step commitAfter(String part) {
        return request(
                "COMMIT after '" + part + "'",
                message -> message.text().strip().equalsIgnoreCase("COMMIT")
                        && message.before().stream().anyMatch(statement -> contains(statement, part)));
    }

    /** Records for the broker. */
    public static Step produce() {
        return kafka("Produce", PRODUCE);
    }

    /** How far a consumer group has got. */
    public static Step offsetCommit() {
        return kafka("OffsetCommit", OFFSET_COMMIT);
    }

    /** An HTTP request whose request line begins with this, such as {@code POST /bookings}. */
    public static Step http(String begin) {
        return request(begin, message -> message.text().startsWith(begin));
    }

    private static Step kafka(String name, int api) {
        String text = Integer.toString(api);
        return request(name, message -> message.text().equals(text));
    }

    /** The moment before such a request reaches the server. */
    public static Step request(String name, Predicate<Message> which) {
        return new Step(name, which, false);
    }

    /** This moment, if the same request is also what the other step is about. */
    public Step and(Step other) {
        return new Step(name + " and " + other.name, which.and(other.which), answered);
    }

    /** The moment when the server has answered that request and the service has not heard. */
    public Step unheard() {
        return new Step(name, which, true);
    }

    private static boolean contains(String statement, String part) {
        return statement.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name + (answered ? ", answered and unheard" : ", under way");
    }
}
