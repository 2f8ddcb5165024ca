package dev.waybill.outbox.relay;

import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does the same thing over and over while this instance holds the right to publish. */
final class Worker implements AutoCloseable {

    interface Task {
        /**
         * @param worker tells whether to stop
         * @return how long to wait until it is to be done again
         */
        Duration run(Worker worker) throws SQLException;
    }

    private static final Logger log = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    private final Task task;
    private final Bell bell = new Bell();
    private volatile boolean closed;

    Worker(String name, Task task) {
        this.task = task;
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        boolean inTrouble = false;
        while (!closed) {
            Duration pause;
            try {
                pause = task.run(this);
                inTrouble = false;
            } catch (SQLException | RuntimeException | Error e) { // whatever it is, the thread goes on
                if (!inTrouble && !closed) {
                    log.warn("{} is tried again: {}", Thread.currentThread().getName(), e.toString());
                }
                inTrouble = true;
                pause = AFTER_TROUBLE;
            }
            if (!closed) {
                bell.await(pause);
            }
        }
    }

    /** Does not wait: what is under way ends by itself. */
    @Override
    public void close() {
        closed = true;
        bell.ring();
    }

    boolean isClosed() {
        return closed;
    }
}
