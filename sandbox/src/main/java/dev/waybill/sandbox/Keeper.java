package dev.waybill.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps one part running: starts it, and again whenever it dies, with a pause that doubles while it does not last. A
 * part that does not come up the very first time is a mistake to be seen, not one to be repeated.
 */
public final class Keeper {
    private static final Duration READY_LIMIT = Duration.ofMinutes(4);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final Duration LASTING = Duration.ofSeconds(30);

    private final Part part;
    private final Console console;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private volatile boolean stopping;

    /** @param console told when the part is ready, and whenever it has died */
    public Keeper(Part part, Console console) {
        this.part = part;
        this.console = console;
    }

    public Part part() {
        return part;
    }

    /** Begins on a thread of its own, which ends with {@link #stop}. */
    public void start() {
        Thread thread = new Thread(this::keep, "keeper-" + part.name());
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when the part is ready for the first time, or with the reason why it is not. */
    public CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    /** Stops the part for good. */
    public synchronized void stop() {
        stopping = true;
        part.stop();
    }

    private void keep() {
        Duration pause = FIRST_PAUSE;
        while (!stopping) {
            long begin = System.nanoTime();
            try {
                String end = runOnce();
                if (stopping) {
                    return;
                }
                Duration lived = Duration.ofNanos(System.nanoTime() - begin);
                pause = lived.compareTo(LASTING) >= 0 ? FIRST_PAUSE : pause;
                console.say("  %-17s %s; starting it again in %.1f s", part.name(), end, pause.toMillis() / 1000.0);
                Waiting.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Returns how it ended. */
    private String runOnce() throws InterruptedException {
        try {
            startUnlessStopping();
            if (stopping) {
                return "stopped";
            }
            part.awaitReady(READY_LIMIT);
            console.say(
                    "  %-17s ready after %.1f s, process %d",
                    part.name(), part.age().toMillis() / 1000.0, part.pid());
            firstReady.complete(null);
        } catch (RuntimeException e) {
            // Whoever waits for the first start tells the user; afterwards it is told here.
            if (!firstReady.completeExceptionally(e) && !stopping) {
                console.say("  %-17s %s", part.name(), e.getMessage());
            }
        }
        return part.isStarted() ? "died (exit code " + part.awaitExit() + ")" : "did not start";
    }

    private synchronized void startUnlessStopping() {
        if (!stopping) {
            part.start();
        }
    }
}
