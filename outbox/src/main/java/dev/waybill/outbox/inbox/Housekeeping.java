package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Once a minute, on every instance: removes what is past its retention, in chunks, and brings what waits although its turn
 * has come, because something was killed between applying an event and releasing its successors.
 */
final class Housekeeping implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int CHUNK = 1_000;
    private static final int LEFT_BEHIND = 100;

    private final DeadLetters deadLetters;
    private final Ids ids;
    private final Inboxes inboxes;
    private final InboxProperties properties;
    private ScheduledExecutorService worker;
    private boolean inTrouble;

    Housekeeping(DeadLetters deadLetters, Ids ids, Inboxes inboxes, InboxProperties properties) {
        this.deadLetters = deadLetters;
        this.ids = ids;
        this.inboxes = inboxes;
        this.properties = properties;
    }

    private void run() {
        try {
            tidy();
            inTrouble = false;
        } catch (RuntimeException | Error e) { // whatever it is, it is done again
            if (!inTrouble) {
                log.warn("the inbox cannot be tidied up now, which is tried again: {}", e.toString());
            }
            inTrouble = true;
        }
    }

    void tidy() {
        deadLetters.leftBehind(inboxes.topics(), LEFT_BEHIND).stream()
                .collect(Collectors.groupingBy(RawRecord::topic))
                .forEach((topic, records) -> inboxes.of(topic).ifPresent(inbox -> inbox.receive(records)));
        inChunks(() -> deadLetters.removeSettled(properties.letterRetention().toSeconds(), CHUNK));
        inChunks(() -> ids.forget(properties.idRetention().toSeconds(), CHUNK));
    }

    private static void inChunks(IntSupplier removal) {
        while (removal.getAsInt() == CHUNK && !Thread.currentThread().isInterrupted()) {
            Thread.yield(); // each chunk is a transaction of its own
        }
    }

    @Override
    public synchronized void start() {
        worker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "waybill-inbox-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        worker.scheduleWithFixedDelay(this::run, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void stop() {
        if (worker != null) {
            worker.shutdownNow();
            worker = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return worker != null;
    }
}
