package dev.waybill.shipping.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps the door open for a while when the end has come: whoever distributes the requests sees that this instance is not ready
 * any more, and sends no more. A connection that arrives while the door is being closed would be cut off.
 */
@Component
final class Draining implements SmartLifecycle {

    private final Duration time;
    private volatile boolean running;

    Draining(@Value("${shipping.drain-for}") Duration time) {
        this.time = time;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable stopped) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    stop();
                    stopped.run();
                });
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The first to stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
