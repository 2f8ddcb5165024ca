package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Applies records: each event once, each stream in order, whatever arrives how often.
 *
 * <p>Of each stream the next event is applied, one that was applied before is dropped, and one that comes too early is
 * kept as a WAITING dead letter and applied when its predecessor is. What can never be applied is kept as FAILED; later
 * events of its stream then wait, all other streams go on.
 */
final class Inbox {

    private final Sequences sequences;
    private final DeadLetters deadLetters;
    private final InboxHandler handler;
    private final ObjectMapper mapper;
    private final TransactionTemplate transaction;

    Inbox(
            Sequences sequences,
            DeadLetters deadLetters,
            InboxHandler handler,
            ObjectMapper mapper,
            TransactionTemplate transaction) {
        this.sequences = sequences;
        this.deadLetters = deadLetters;
        this.handler = handler;
        this.mapper = mapper;
        this.transaction = transaction;
    }

    /**
     * Applies a batch in one transaction; if it cannot be applied as a whole, record by record, so that only the guilty
     * one goes to the dead letters.
     *
     * @throws RuntimeException for trouble that passes: the same records are to be brought again
     */
    void apply(List<RawRecord> records) {
        List<Parsed> batch = records.stream().map(this::parse).toList();
        try {
            transaction.executeWithoutResult(status -> apply(batch, true));
        } catch (RuntimeException e) {
            if (Trouble.passes(e)) {
                throw e;
            }
            batch.forEach(this::applyAlone);
        }
    }

    /** @param release whether events that waited for one of these follow it in the same transaction */
    private void apply(List<Parsed> batch, boolean release) {
        batch.stream().filter(parsed -> !parsed.fine()).forEach(parsed -> fail(parsed, parsed.fault()));
        List<Parsed> fine = batch.stream().filter(Parsed::fine).toList();
        if (fine.isEmpty()) {
            return;
        }
        TreeSet<Stream> streams = fine.stream().map(Parsed::stream).collect(Collectors.toCollection(TreeSet::new));
        Judgement judgement = new Judgement(sequences.lock(streams));
        List<DeadLetters.Letter> letters = letters(streams);
        List<Parsed> kept = !release
                ? List.of()
                : letters.stream()
                        .filter(DeadLetters.Letter::waiting)
                        .map(letter -> parse(letter.record()))
                        .filter(Parsed::fine)
                        .toList();
        kept.forEach(judgement::judge);
        fine.forEach(judgement::judge);
        if (!judgement.next().isEmpty()) {
            handler.handle(judgement.next());
            sequences.advance(judgement.advanced());
        }
        if (!judgement.repeated().isEmpty()) {
            handler.repeated(judgement.repeated());
        }
        // Those that were kept before are left as they are: else each event of a held-up stream would rewrite them all.
        judgement.early().stream().filter(early -> !kept.contains(early)).forEach(this::keepWaiting);
        removeSettled(letters, judgement);
    }

    /**
     * One record in a transaction of its own, then, each in its own too, those that waited for it: a waiting one that
     * fails must not take with it the one that released it.
     */
    private void applyAlone(Parsed parsed) {
        Parsed next = parsed;
        while (next != null) {
            Parsed current = next;
            try {
                transaction.executeWithoutResult(status -> apply(List.of(current), false));
            } catch (RuntimeException e) {
                if (Trouble.passes(e)) {
                    throw e;
                }
                transaction.executeWithoutResult(status -> fail(current, e.toString()));
                return;
            }
            next = current.fine() ? transaction.execute(status -> released(current.stream())) : null;
        }
    }

    /** The waiting event whose turn it is now, or null. */
    private Parsed released(Stream stream) {
        TreeSet<Stream> only = new TreeSet<>(List.of(stream));
        long turn = sequences.lock(only).get(stream) + 1;
        return letters(only).stream()
                .filter(DeadLetters.Letter::waiting)
                .map(letter -> parse(letter.record()))
                .filter(parsed -> parsed.fine() && parsed.event().sequence() == turn)
                .findFirst()
                .orElse(null);
    }

    private void removeSettled(List<DeadLetters.Letter> letters, Judgement judgement) {
        List<Long> settled = new ArrayList<>();
        for (DeadLetters.Letter letter : letters) {
            Parsed parsed = parse(letter.record());
            if (parsed.event() != null && parsed.event().sequence() <= judgement.last(parsed.stream())) {
                settled.add(letter.id());
            }
        }
        if (!settled.isEmpty()) {
            deadLetters.remove(settled);
        }
    }

    private List<DeadLetters.Letter> letters(TreeSet<Stream> streams) {
        return deadLetters.of(
                streams.stream().map(Stream::source).toList(),
                streams.stream().map(Stream::subject).toList());
    }

    private void keepWaiting(Parsed parsed) {
        InboxEvent event = parsed.event();
        deadLetters.waiting(
                parsed.raw(), event.source(), event.subject(), event.sequence(), "an earlier event is missing");
    }

    private void fail(Parsed parsed, String cause) {
        InboxEvent event = parsed.event();
        if (event == null) {
            deadLetters.failed(parsed.raw(), null, null, null, cause);
        } else {
            deadLetters.failed(parsed.raw(), event.source(), event.subject(), event.sequence(), cause);
        }
    }

    private Parsed parse(RawRecord raw) {
        return Parsed.of(raw, mapper, handler);
    }
}
