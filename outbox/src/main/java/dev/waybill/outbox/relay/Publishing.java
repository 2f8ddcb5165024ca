package dev.waybill.outbox.relay;

import dev.waybill.outbox.deadletter.DeadLetters;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What the holder of the right does, over and over: take in acknowledgements, read, send, write the offset, wait to be
 * woken. One thread owns all of this state; the producer's thread only leaves its outcomes in {@link #outcomes}.
 *
 * <p>An event may be lost at none of these steps: it is in the table until the offset has passed it, the offset passes
 * only what the broker has acknowledged, and whoever starts anew starts from the offset. So ending anywhere only repeats.
 */
final class Publishing implements AutoCloseable {

    private static final Duration STALL = Duration.ofSeconds(3);

    private final RelayProperties properties;
    private final PublishingRight right;
    private final Supplier<EventProducer> producers;
    private final DeadLetters deadLetters;
    private final Bell bell;
    private final RelayStatus status;

    private final Reading reading;
    private final InFlight inFlight;
    private final Backoff backoff = new Backoff();
    private final Culprit culprit = new Culprit();
    private final List<Long> filled = new ArrayList<>();
    private final Outcomes outcomes = new Outcomes(this::outcomeArrived);
    private volatile boolean sendFailed;
    private boolean newEvents;
    private volatile EventProducer producer;
    private final Flusher flusher;
    private boolean paused;
    private volatile boolean beginAnew;
    private Offset saved;
    private long lastSave = System.nanoTime();
    private long lastProgress = lastSave;

    Publishing(
            RelayProperties properties,
            PublishingRight right,
            EventReader reader,
            Supplier<EventProducer> producers,
            DeadLetters deadLetters,
            Bell bell,
            RelayStatus status)
            throws SQLException {
        this.properties = properties;
        this.right = right;
        this.producers = producers;
        this.deadLetters = deadLetters;
        this.bell = bell;
        this.status = status;
        this.saved = right.load();
        this.reading = new Reading(properties, reader, bell, saved);
        this.inFlight = new InFlight(saved.position());
        this.producer = producers.get();
        this.flusher = new Flusher(() -> producer.flush(), bell::ring);
    }

    /** Returns when it is to end, or to begin anew with all that is fresh: connections, producer, offset. */
    void run(BooleanSupplier goOn) throws SQLException {
        obey(right.heartbeat());
        while (goOn.getAsBoolean() && !beginAnew) {
            takeOutcomes();
            noticeStall();
            tryAgainWhatWasRefused();
            read();
            send();
            reading.boundHoles(right);
            saveOffset(saveInterval());
            bell.await(untilNextDue());
        }
        finish();
    }

    /** For any thread, also while the relay's own waits in a send: that one then fails. */
    void giveUp() {
        beginAnew = true;
        producer.close();
        bell.ring();
    }

    private void takeOutcomes() throws SQLException {
        int acknowledged = 0;
        InFlight.Entry last = null;
        for (Outcomes.Outcome outcome = outcomes.take(); outcome != null; outcome = outcome.next()) {
            if (outcome.error() == null) {
                last = outcome.entry();
                acknowledged++;
                acknowledged(last);
            } else {
                failed(outcome.entry(), outcome.error());
            }
        }
        if (last != null) {
            lastProgress = System.nanoTime();
            status.published(acknowledged, lastProgress - last.sentNanos);
            backoff.succeeded();
        }
    }

    private void acknowledged(InFlight.Entry entry) throws SQLException {
        inFlight.acknowledged(entry);
        if (entry.position <= saved.position()) { // a hole, as the offset was written
            filled.add(entry.position);
        }
        if (entry == culprit.entry()) {
            goOn();
        }
    }

    /** A broker that is away does not refuse, it is silent: then nothing more is read, what is written waits in the table. */
    private void noticeStall() {
        if (inFlight.count() == 0 || held()) {
            lastProgress = System.nanoTime();
        } else if (stalled()) {
            status.retrying(new TimeoutException("Kafka has acknowledged nothing for " + STALL.toSeconds() + " s"));
        }
    }

    private boolean stalled() {
        return since(lastProgress) >= STALL.toNanos();
    }

    private void failed(InFlight.Entry entry, Exception error) throws SQLException {
        if (beginAnew) {
            return; // it is sent again from the offset on
        }
        SendError meaning = SendError.of(error);
        if (entry == culprit.entry()) {
            culprit.failedAgain();
            if (meaning == SendError.REFUSED) {
                return;
            }
            goOn();
        }
        if (culprit.exists()) {
            inFlight.again(entry); // once it goes on, which it does with another producer, however this one is
            return;
        }
        switch (meaning) {
            case PASSING -> {
                inFlight.again(entry);
                backoff.failed();
                status.retrying(error);
            }
            case SPENT -> {
                beginAnew = true;
                status.retrying(error);
            }
            case REFUSED, OWN -> stop(entry, error, meaning == SendError.REFUSED);
        }
    }

    private void stop(InFlight.Entry entry, Exception error, boolean refused) throws SQLException {
        culprit.is(entry, refused);
        Control.Stopped event = Control.Stopped.of(entry.event, error);
        status.stopped(event, error);
        right.stopped(event);
    }

    /** Alone, so that nothing else can fail, and with a new login: a producer that was not let in may be of no more use. */
    private void tryAgainWhatWasRefused() {
        if (!paused && culprit.isToBeTriedAgain()) {
            producer.close();
            producer = producers.get();
            send(culprit.entry());
            flusher.flush();
        }
    }

    private void goOn() throws SQLException {
        culprit.isNoMore();
        right.goesOn();
        status.goesOn();
    }

    /** What operators want, as the relay's row tells on every write. */
    private void obey(Control control) {
        if (paused != (control.pause() != null)) {
            paused = control.pause() != null;
            status.paused(control.pause());
        }
        Control.Request request = control.request();
        if (request == null || !culprit.waitsAt(request.position()) || beginAnew) {
            return;
        }
        if (request.action() == Control.Action.SKIP) {
            skip(request);
        }
        status.mended(request);
        beginAnew = true; // also with a producer that has not failed
    }

    /** The event is in the dead letters before the offset can pass it. */
    private void skip(Control.Request request) {
        StoredEvent event = culprit.entry().event;
        deadLetters.failed(
                producer.raw(event),
                event.source(),
                event.subject(),
                event.sequence(),
                "not published; skipped by %s: %s".formatted(request.who(), request.reason()));
        inFlight.acknowledged(culprit.entry());
        culprit.isNoMore();
    }

    private void read() throws SQLException {
        accept(reading.done());
        if (isToRead() && reading.rest().isZero()) {
            accept(reading.begin(roomForBytes()));
        }
    }

    private void accept(List<Position.Taken<StoredEvent>> read) {
        if (read == null) {
            return;
        }
        if (inFlight.count() == 0) {
            status.fine(); // the database answers, and Kafka owes nothing
        }
        read.forEach(each -> inFlight.add(new InFlight.Entry(each.event(), each.hole())));
        newEvents |= !read.isEmpty();
        status.read(read.size(), reading.holes().size());
    }

    private boolean isToRead() {
        return reading.isWanted() && hasRoom();
    }

    private boolean hasRoom() {
        return !held()
                && !stalled()
                && inFlight.count() + properties.batchSize() <= properties.maxInFlight()
                && roomForBytes() > 0;
    }

    private long roomForBytes() {
        return properties.maxInFlightSize().toBytes() - inFlight.bytes();
    }

    private boolean mayTry() {
        return !held() && backoff.isOver();
    }

    private boolean held() {
        return paused || culprit.exists();
    }

    /** What is new at once; what waited for the one before it of its key, together with what the same response lets go. */
    private void send() {
        if (!inFlight.hasNext() || !mayTry() || !newEvents && flusher.patience() > 0) {
            return;
        }
        newEvents = false;
        sendFailed = false;
        for (InFlight.Entry entry = inFlight.next(); entry != null; entry = sendFailed ? null : inFlight.next()) {
            send(entry);
        }
        flusher.flush();
    }

    private void send(InFlight.Entry entry) {
        entry.sentNanos = System.nanoTime();
        producer.send(entry.event, outcomes.of(entry));
    }

    private void outcomeArrived(Exception error) {
        sendFailed |= error != null;
        if (error != null || flusher.patience() == 0) {
            bell.ring();
        }
    }

    private void saveOffset(Duration interval) throws SQLException {
        if (since(lastSave) < interval.toNanos()) {
            return;
        }
        Offset offset = inFlight.offset(reading.holes());
        if (!offset.equals(saved)) {
            Control control = right.save(saved, offset, filled);
            saved = offset;
            filled.clear();
            lastSave = System.nanoTime();
            obey(control);
        } else if (since(lastSave) >= properties.pollInterval().toNanos()) {
            lastSave = System.nanoTime();
            obey(right.heartbeat());
        }
    }

    /** With many holes the row is large, and is written less often; a crash then repeats a little more. */
    private Duration saveInterval() {
        return properties
                .offsetInterval()
                .multipliedBy(1 + Math.min(19, reading.holes().size() / 500));
    }

    private Duration untilNextDue() {
        long patience = flusher.patience();
        if (patience == 0 && inFlight.hasNext() && mayTry()) {
            return Duration.ZERO;
        }
        Duration due = isToRead() ? reading.rest() : properties.offsetInterval();
        return patience > 0 && patience < due.toNanos() ? Duration.ofNanos(patience) : due;
    }

    /** A clean end: what was read gets a moment to arrive, so that the next holder repeats nothing. */
    private void finish() throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (inFlight.count() > 0 && !sendFailed && !held() && System.nanoTime() - deadline < 0) {
            send();
            bell.await(Duration.ofMillis(50));
            takeOutcomes();
        }
        saveOffset(Duration.ZERO);
    }

    @Override
    public void close() {
        producer.close();
        flusher.close();
        reading.close();
    }

    private static long since(long nanos) {
        return System.nanoTime() - nanos;
    }
}
