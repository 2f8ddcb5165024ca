package dev.waybill.outbox.relay;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/**
 * Reads what comes next of a backlog while the last of it is sent: the server works on the one, the relay's thread on the other.
 *
 * <p>One read at a time, and the next one begins only after this one was taken: so a read still begins after all that the position
 * has accepted, just as if the relay's thread did it. All methods are for that thread; the reader is left alone by it while a read
 * is under way.
 */
final class ReadAhead implements AutoCloseable {

    private final EventReader reader;
    private final Runnable done;
    private final ExecutorService thread;
    private FutureTask<EventReader.Read> read;

    /** @param done called after each read, by another thread */
    ReadAhead(EventReader reader, Runnable done) {
        this.reader = reader;
        this.done = done;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "waybill-relay-read");
            made.setDaemon(true);
            return made;
        });
    }

    void begin(long after, Collection<Hole> holes, int mostEvents, long mostBytes) {
        List<Hole> asOfNow = List.copyOf(holes);
        read = new FutureTask<>(() -> reader.read(after, asOfNow, mostEvents, mostBytes)) {
            @Override
            protected void done() {
                done.run();
            }
        };
        thread.execute(read);
    }

    /** From its beginning until it is taken. */
    boolean isUnderWay() {
        return read != null;
    }

    boolean isDone() {
        return read != null && read.isDone();
    }

    /** What the read that is done has brought, or the error that it ended with. */
    EventReader.Read take() throws SQLException {
        try {
            return read.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException trouble) {
                throw trouble;
            }
            if (e.getCause() instanceof RuntimeException trouble) {
                throw trouble;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            read = null;
        }
    }

    /** What is under way ends by itself, at the latest when the reader's connection is closed. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
