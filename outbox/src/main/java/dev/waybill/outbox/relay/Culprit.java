package dev.waybill.outbox.relay;

/** The event that holds the relay up because it cannot be published, if there is one. For the relay's thread alone. */
final class Culprit {

    private InFlight.Entry entry;
    private boolean refused;
    private boolean tryingAgain;
    private long lastTry;

    /** @param refused whether it is the broker that does not let it in, which is tried again now and then */
    void is(InFlight.Entry entry, boolean refused) {
        this.entry = entry;
        this.refused = refused;
        this.lastTry = System.nanoTime();
    }

    void isNoMore() {
        entry = null;
        tryingAgain = false;
    }

    InFlight.Entry entry() {
        return entry;
    }

    boolean exists() {
        return entry != null;
    }

    /** Whether it is the event at this position, and nothing is under way with it. */
    boolean waitsAt(long position) {
        return exists() && !tryingAgain && entry.event.position() == position;
    }

    /** Whether it is time to try again; then the time begins anew, and it is under way. */
    boolean isToBeTriedAgain() {
        long since = System.nanoTime() - lastTry;
        if (!exists() || !refused || tryingAgain || since < Refused.AGAIN_AFTER.toNanos()) {
            return false;
        }
        lastTry = System.nanoTime();
        tryingAgain = true;
        return true;
    }

    void failedAgain() {
        tryingAgain = false;
    }
}
