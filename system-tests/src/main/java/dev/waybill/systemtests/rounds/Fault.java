package dev.waybill.systemtests.rounds;

/** Something bad that is done to the system and undone again. A new one for each time. */
abstract class Fault {

    private final String name;
    private final String target;
    private final String server;

    Fault(String name, String target) {
        this(name, target, target);
    }

    /** @param server whose faults are done one at a time: they would undo, or hide, each other */
    Fault(String name, String target, String server) {
        this.name = name;
        this.target = target;
        this.server = server;
    }

    /** What is done, in a few words; the same for all targets. */
    final String name() {
        return name;
    }

    /** To what. */
    final String target() {
        return target;
    }

    /** Of two faults with the same one is done at a time. */
    final String server() {
        return server;
    }

    /** How long it must last to be worth anything, in milliseconds. */
    int leastMillis() {
        return 2_000;
    }

    /**
     * Does it, and looks whether it took effect.
     *
     * @return what showed that; null if nothing did
     * @throws Unavailable if this machine does not let it be done
     */
    abstract String strike() throws Exception;

    /**
     * Undoes it. Called once after {@link #strike}, whatever came of that.
     *
     * @return what more showed that it took effect; null if nothing did
     */
    String heal() throws Exception {
        return null;
    }

    /**
     * Waits until what it has brought down is back, when all that was done together is undone.
     *
     * @return what more showed that it took effect; null if nothing did
     */
    String awaitBack() throws Exception {
        return null;
    }

    /** It cannot be done here. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String why) {
            super(why);
        }
    }

    @Override
    public String toString() {
        return name + " of " + target;
    }
}
