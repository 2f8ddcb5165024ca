package dev.waybill.outbox.inbox;

import dev.waybill.outbox.deadletter.DeadLetter;
import dev.waybill.outbox.deadletter.DeadLetter.State;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.deadletter.Remedies;
import dev.waybill.outbox.deadletter.Word;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators say about letters, done.
 *
 * <p>Every action locks the stream of the event first, as a receiver of it does, then the letter; only what is read under
 * both locks decides. So whoever comes second, be it the same request again, sees what the first one has committed.
 */
final class InboxRemedies implements Remedies {

    private final Sequences sequences;
    private final Ids ids;
    private final DeadLetters deadLetters;
    private final Inboxes inboxes;
    private final TransactionTemplate transaction;

    InboxRemedies(
            Sequences sequences, Ids ids, DeadLetters deadLetters, Inboxes inboxes, TransactionTemplate transaction) {
        this.sequences = sequences;
        this.ids = ids;
        this.deadLetters = deadLetters;
        this.inboxes = inboxes;
        this.transaction = transaction;
    }

    @Override
    public void retry(long id, Word word) {
        run(() -> {
            RawRecord record = record(id);
            refuseIfSkipped(record, "retry");
            Parsed parsed = EventParser.place(record);
            inbox(record).retry(record, () -> mayRetry(id, word, parsed));
        });
    }

    private boolean mayRetry(long id, Word word, Parsed parsed) {
        Turn turn = parsed.turn();
        long next = turn == null ? 0 : next(turn);
        DeadLetter letter = lock(id);
        refuse(letter.state() == State.DISCARDED, "the letter was discarded");
        refuse(
                letter.state() == State.WAITING && turn != null && turn.sequence() > next,
                "it waits for event %d of its subject and is applied by itself after that; if that one is lost for ever, accept-gap goes on without it"
                        .formatted(next));
        if (letter.state().open()) {
            deadLetters.note(id, word, parsed.known());
        }
        return letter.state().open();
    }

    @Override
    public void discard(long id, Word word) {
        run(() -> {
            RawRecord record = record(id);
            // What was never sent has no place in what came in.
            Parsed parsed =
                    isSkipped(record) ? new Parsed(record, null, null, null, "skipped") : EventParser.place(record);
            transaction.executeWithoutResult(status -> discard(id, word, parsed));
            release(record, parsed.turn());
        });
    }

    private void discard(long id, Word word, Parsed parsed) {
        Turn turn = parsed.turn();
        long next = turn == null ? 0 : next(turn);
        DeadLetter letter = lock(id);
        if (letter.state() == State.DISCARDED) {
            return;
        }
        refuse(letter.state() == State.APPLIED, "the letter was applied");
        refuse(
                letter.state() == State.WAITING,
                "nothing is wrong with it, it waits for event %d of its subject; if that one is lost for ever, accept-gap goes on without it"
                        .formatted(next));
        if (turn != null) {
            refuse(turn.sequence() < next, "it was applied or passed otherwise; a retry settles the letter");
            refuse(
                    turn.sequence() > next,
                    "event %d of its subject comes first: settle that one, or if it is lost for ever accept-gap"
                            .formatted(next));
            sequences.advance(Map.of(turn.stream(), turn.sequence()));
        } else if (parsed.id() != null) {
            boolean fresh = !ids.claim(new TreeSet<>(List.of(parsed.id()))).isEmpty();
            refuse(!fresh, "it was applied when it came another time; a retry settles the letter");
        }
        deadLetters.note(id, word, parsed.known());
        deadLetters.discard(id);
    }

    @Override
    public void acceptGap(long id, Word word) {
        run(() -> {
            RawRecord record = record(id);
            refuseIfSkipped(record, "accept-gap");
            Parsed parsed = EventParser.place(record);
            refuse(parsed.turn() == null, "its place in a stream cannot be told, so there is no gap before it");
            Inbox inbox = inbox(record);
            if (Boolean.TRUE.equals(transaction.execute(status -> acceptGap(id, word, parsed)))) {
                inbox.receive(List.of(record));
            }
        });
    }

    /** @return whether it is still to be applied */
    private boolean acceptGap(long id, Word word, Parsed parsed) {
        Turn turn = parsed.turn();
        long next = next(turn);
        Stream stream = turn.stream();
        DeadLetter letter = lock(id);
        refuse(letter.state() == State.DISCARDED, "the letter was discarded");
        if (letter.state() == State.APPLIED || letter.state() == State.WAITING && turn.sequence() <= next) {
            return letter.state() == State.WAITING; // accepted before, and perhaps interrupted
        }
        refuse(turn.sequence() <= next, "nothing is missing before it: retry or discard");
        deadLetters
                .firstBelow(stream.source(), stream.subject(), turn.sequence())
                .ifPresent(first -> refuse(
                        true, "there is a letter of event %d of its subject, which comes first".formatted(first)));
        sequences.advance(Map.of(stream, turn.sequence() - 1));
        String gap = "%s (given up: events %d to %d)".formatted(word.reason(), next, turn.sequence() - 1);
        deadLetters.note(id, new Word(word.action(), word.who(), gap, word.at()), parsed.known());
        return true;
    }

    private void release(RawRecord record, Turn turn) {
        if (turn != null) {
            inboxes.of(record.topic()).ifPresent(inbox -> inbox.release(List.of(turn.stream())));
        }
    }

    /** Locks the stream; tells whose turn it is. */
    private long next(Turn turn) {
        return sequences.lock(new TreeSet<>(List.of(turn.stream()))).get(turn.stream()) + 1;
    }

    private DeadLetter lock(long id) {
        return deadLetters.lock(id).orElseThrow(InboxRemedies::gone);
    }

    private RawRecord record(long id) {
        return deadLetters.record(id).orElseThrow(InboxRemedies::gone);
    }

    private Inbox inbox(RawRecord record) {
        return inboxes.of(record.topic())
                .orElseThrow(() -> new RefusedException("this service has no handler for " + record.topic()));
    }

    private static boolean isSkipped(RawRecord record) {
        return record.partition() < 0;
    }

    private static void refuseIfSkipped(RawRecord record, String action) {
        refuse(
                isSkipped(record),
                "the relay was told to skip this event of our own, position %d: it was never published, so there is nothing to %s; "
                                .formatted(record.offset(), action)
                        + "a replay of just this position publishes it after all");
    }

    private static void refuse(boolean wrong, String why) {
        if (wrong) {
            throw new RefusedException(why);
        }
    }

    private static RefusedException gone() {
        return new RefusedException("the letter is gone: what merely waited is removed when it is applied");
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RefusedException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (Trouble.passes(e)) {
                throw new NotNowException(e);
            }
            throw e;
        }
    }
}
