package dev.waybill.bench.gruelbox;

import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The background worker that the documentation asks for: it flushes until nothing is left, pauses, and looks again. */
final class Worker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private final TransactionOutbox outbox;
    private final BooleanSupplier proceed;
    private final Duration pause;
    private ScheduledExecutorService executor;

    Worker(TransactionOutbox outbox, BooleanSupplier proceed, Duration pause) {
        this.outbox = outbox;
        this.proceed = proceed;
        this.pause = pause;
    }

    void start() {
        executor = Executors.newSingleThreadScheduledExecutor();
        executor.scheduleWithFixedDelay(this::flush, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void flush() {
        try {
            boolean more = true;
            while (more && proceed.getAsBoolean()) {
                more = outbox.flush();
            }
        } catch (RuntimeException e) {
            log.error("Cannot flush", e); // and not thrown, or there would be no next time
        }
    }

    void stop() throws InterruptedException {
        executor.shutdown();
        executor.awaitTermination(1, TimeUnit.MINUTES);
    }
}
