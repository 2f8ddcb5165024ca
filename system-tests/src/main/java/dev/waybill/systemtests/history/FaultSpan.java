package dev.waybill.systemtests.history;

import static java.util.Objects.requireNonNull;

/**
 * Something that was done to the system.
 *
 * @param name what, e.g. {@code kill -9}
 * @param target to which part
 * @param from ms since the round began, as {@code to}
 * @param effect what showed that it took effect; null if nothing did
 * @param problem why it could not be done; null if it was done
 */
public record FaultSpan(String name, String target, long from, long to, String effect, String problem) {

    public FaultSpan {
        requireNonNull(name, "name");
        requireNonNull(target, "target");
    }

    /** Whether it was done and nobody noticed: it proves nothing then. */
    public boolean withoutEffect() {
        return effect == null && problem == null;
    }
}
