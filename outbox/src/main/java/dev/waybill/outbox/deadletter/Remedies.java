package dev.waybill.outbox.deadletter;

/**
 * What can be done about a letter. Each is safe to be said twice, by several operators and on several instances at once,
 * and beside the listener: whoever comes second finds what the first one has done.
 */
public interface Remedies {

    /** In the state that the letter, or the relay, is in this cannot be done. */
    final class RefusedException extends RuntimeException {
        public RefusedException(String message) {
            super(message);
        }
    }

    /** Trouble that passes. What was done before it stays done; to say it again is safe. */
    final class NotNowException extends RuntimeException {
        public NotNowException(Throwable cause) {
            super("cannot be done now, try again: " + cause, cause);
        }
    }

    /**
     * Tries a FAILED letter once more. If it can be applied, so are those that wait for it; if not it stays FAILED, with
     * the new cause and one more attempt.
     */
    void retry(long id, Word word);

    /** Gives up a FAILED letter whose turn it is; those that wait for it go on without it. */
    void discard(long id, Word word);

    /**
     * Gives up the events that are missing before the first open letter of a stream, and goes on with that one; should they
     * come after all, they are dropped.
     */
    void acceptGap(long id, Word word);
}
