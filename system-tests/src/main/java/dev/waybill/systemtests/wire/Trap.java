package dev.waybill.systemtests.wire;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Springs once, when a step is reached on a {@link Link}; closed before, it never does. */
public final class Trap implements AutoCloseable {

    private final Step step;
    private final Runnable action;
    private final Link link;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Trap(Link link, Step step, Runnable action) {
        this.link = link;
        this.step = step;
        this.action = action;
    }

    Step step() {
        return step;
    }

    /** Runs the action, on a thread of its own, and then what is to follow, whatever came of the action. */
    void spring(Runnable after) {
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    } finally {
                        after.run();
                    }
                },
                "trap-" + link);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until it has sprung and its action is over.
     *
     * @return whether it has within the limit
     * @throws CompletionException with what the action has thrown
     */
    public boolean await(Duration limit) throws InterruptedException {
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** Whether it has sprung and its action is over. */
    public boolean sprung() {
        return done.isDone();
    }

    @Override
    public void close() {
        link.disarm(this);
    }

    @Override
    public String toString() {
        return "trap on " + link + ": " + step;
    }
}
