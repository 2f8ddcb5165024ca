package dev.waybill.bench.gruelbox;

import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionOutboxEntry;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;

/** Submits nothing while it is shut, as if the queue was full: the entries wait in the table for a flush. */
final class Gate implements Submitter {

    private final Submitter submitter;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean open;

    Gate(Submitter submitter) {
        this.submitter = submitter;
    }

    boolean isOpen() {
        return open;
    }

    void open() {
        open = true;
    }

    /** Returns when the last entry is done. */
    void shut() {
        lock.writeLock().lock();
        open = false;
        lock.writeLock().unlock();
    }

    @Override
    public void submit(TransactionOutboxEntry entry, Consumer<TransactionOutboxEntry> work) {
        if (open) {
            submitter.submit(entry, each -> pass(each, work));
        }
    }

    private void pass(TransactionOutboxEntry entry, Consumer<TransactionOutboxEntry> work) {
        lock.readLock().lock();
        try {
            if (open) {
                work.accept(entry);
            }
        } finally {
            lock.readLock().unlock();
        }
    }
}
