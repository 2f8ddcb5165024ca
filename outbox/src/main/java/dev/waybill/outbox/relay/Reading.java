package dev.waybill.outbox.relay;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * What is to be read and when: at once where somebody has rung for new events, at the relay's {@link Pace} under load, ahead while
 * a backlog is being sent, and now and then in any case, as a ring may get lost.
 *
 * <p>One read at a time, and it begins after the {@link Position} has accepted the one before. Used by the relay's thread alone.
 */
final class Reading implements AutoCloseable {

    private final RelayProperties properties;
    private final EventReader reader;
    private final ReadAhead ahead;
    private final Bell bell;
    private final Position<StoredEvent> position;
    private final Pace pace;
    private boolean unreadEvents = true;
    private long lastBound = System.nanoTime();

    Reading(RelayProperties properties, EventReader reader, Bell bell, Offset from) {
        this.properties = properties;
        this.reader = reader;
        this.ahead = new ReadAhead(reader, bell::ring);
        this.bell = bell;
        this.position = new Position<>(from, properties.maxHoles(), StoredEvent::position);
        this.pace = new Pace(properties.readInterval());
    }

    /** Positions below the last that was read of which nothing is known yet. */
    Collection<Hole> holes() {
        return position.holes();
    }

    /** Whether {@link #begin} is to be called, now or after a {@link #rest}. */
    boolean isWanted() {
        return !ahead.isUnderWay()
                && (unreadEvents || bell.hasNewEvents() || pace.hasNotReadFor(properties.pollInterval()));
    }

    /** How long to wait before. */
    Duration rest() {
        return pace.rest();
    }

    /**
     * A backlog is read by another thread while this one sends what was read before, which then finds it in {@link #done};
     * what has just been written is read here.
     *
     * @param mostBytes ends the read with the event that reaches it
     * @return what is to be sent, in this order, or null while a read is under way
     */
    List<Position.Taken<StoredEvent>> begin(long mostBytes) throws SQLException {
        bell.takeNewEvents();
        pace.reads();
        if (unreadEvents) {
            ahead.begin(position.seen(), position.holes(), properties.batchSize(), mostBytes);
            return null;
        }
        return accept(reader.read(position.seen(), position.holes(), properties.batchSize(), mostBytes));
    }

    /** What the read ahead has brought, or null where there is none or it is still under way. */
    List<Position.Taken<StoredEvent>> done() throws SQLException {
        return ahead.isDone() ? accept(ahead.take()) : null;
    }

    private List<Position.Taken<StoredEvent>> accept(EventReader.Read read) {
        List<Position.Taken<StoredEvent>> taken =
                position.accept(read.horizon(), read.events(), read.complete(), Instant.now());
        unreadEvents = !read.complete() && !taken.isEmpty();
        if (unreadEvents) {
            pace.hasMoreToRead();
        } else {
            pace.hasRead(taken.size());
        }
        return taken;
    }

    /**
     * Any id taken after the read that found a hole will do, a late one just keeps the hole a little longer. So not every
     * pass takes one: under load most holes are filled a moment later, and transaction ids are not to be squandered.
     */
    void boundHoles(PublishingRight right) throws SQLException {
        if (System.nanoTime() - lastBound >= properties.offsetInterval().toNanos() && position.needsBound()) {
            position.bound(right.freshTransactionId());
            lastBound = System.nanoTime();
        }
    }

    @Override
    public void close() {
        ahead.close();
    }
}
