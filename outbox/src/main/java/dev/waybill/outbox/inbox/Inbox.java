package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.deadletter.Remedies;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Applies records: each event once, each stream in order, whatever arrives how often.
 *
 * <p>Of each stream the next event is applied, one that was applied before is dropped, and one that comes too early is
 * kept as a WAITING dead letter and applied when its predecessor is. What can never be applied is kept as FAILED; later
 * events of its stream then wait, all other streams go on.
 *
 * <p>The starter brings the records of each {@link InboxHandler}'s topic here. Public for those who bring them by other ways,
 * as tests do.
 */
public final class Inbox {

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    /** What senders write must not look like lines of the log. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private static final int MOST_RELEASED = 100;

    private final Sequences sequences;
    private final Ids ids;
    private final DeadLetters deadLetters;
    private final InboxHandler handler;
    private final EventParser parser;
    private final TransactionTemplate transaction;
    private final InboxMeters meters;
    private final boolean acceptFirst;

    /** @param acceptFirst see {@link InboxProperties#acceptFirstSequence()} */
    Inbox(
            Sequences sequences,
            Ids ids,
            DeadLetters deadLetters,
            InboxHandler handler,
            EventParser parser,
            TransactionTemplate transaction,
            InboxMeters meters,
            boolean acceptFirst) {
        this.sequences = sequences;
        this.ids = ids;
        this.deadLetters = deadLetters;
        this.handler = handler;
        this.parser = parser;
        this.transaction = transaction;
        this.meters = meters;
        this.acceptFirst = acceptFirst;
    }

    /**
     * An inbox beside the starter's own.
     *
     * @param transactionManager of this very data source, which has schema {@code outbox}
     */
    public static Inbox of(
            InboxHandler handler,
            DataSource dataSource,
            PlatformTransactionManager transactionManager,
            ObjectMapper mapper) {
        return new Inbox(
                new Sequences(dataSource),
                new Ids(dataSource),
                new DeadLetters(dataSource),
                handler,
                new EventParser(InboxConfiguration.tolerant(mapper), handler.types(), DataSize.ofMegabytes(1)),
                new TransactionTemplate(transactionManager),
                new InboxMeters(new SimpleMeterRegistry(), handler.topic()),
                false);
    }

    String topic() {
        return handler.topic();
    }

    /** What decides how many events may be taken in now. */
    Room room(Duration goodFor) {
        return new Room(handler::room, goodFor);
    }

    /** Shows whether events are held back for want of room; tells whether that is news. */
    boolean full(boolean now) {
        return meters.full(now);
    }

    /**
     * Applies a batch in one transaction; if it cannot be applied as a whole, record by record, so that only the guilty
     * one goes to the dead letters. What waited for one of these follows, in transactions of its own.
     *
     * @throws RuntimeException or Error, for trouble that passes: the same records are to be brought again
     */
    public void receive(List<RawRecord> records) {
        List<Parsed> batch = records.stream().map(parser::parse).toList();
        apply(batch);
        release(streams(batch));
    }

    /** Brings what waits and whose turn it is, until nothing of these streams does. */
    void release(Collection<Stream> streams) {
        List<String> sources = streams.stream().map(Stream::source).toList();
        List<String> subjects = streams.stream().map(Stream::subject).toList();
        // This ends: a letter that is brought in its turn is then applied or FAILED, whoever does it.
        for (List<RawRecord> waiting = inTurn(sources, subjects);
                !waiting.isEmpty();
                waiting = inTurn(sources, subjects)) {
            apply(waiting.stream().map(parser::parse).toList());
        }
    }

    private List<RawRecord> inTurn(List<String> sources, List<String> subjects) {
        return sources.isEmpty() ? List.of() : deadLetters.inTurn(sources, subjects, MOST_RELEASED);
    }

    /**
     * Tries one record again, for an operator.
     *
     * @param goOn is asked in its transaction, when its stream is locked
     */
    void retry(RawRecord record, BooleanSupplier goOn) {
        Parsed parsed = parser.parse(record);
        applyAlone(parsed, goOn);
        release(streams(List.of(parsed)));
    }

    private void apply(List<Parsed> batch) {
        try {
            inTransaction(batch, () -> true);
        } catch (RuntimeException | Error e) {
            if (Trouble.passes(e)) {
                throw e;
            }
            batch.forEach(parsed -> applyAlone(parsed, () -> true));
        }
    }

    private void applyAlone(Parsed parsed, BooleanSupplier goOn) {
        try {
            inTransaction(List.of(parsed), goOn);
        } catch (Remedies.RefusedException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (Trouble.passes(e)) {
                throw e;
            }
            // Judged again: in between somebody else may have been luckier with it.
            inTransaction(List.of(parsed.failing(e)), goOn);
        }
    }

    private void inTransaction(List<Parsed> batch, BooleanSupplier goOn) {
        meters.count(Objects.requireNonNull(transaction.execute(status -> {
            Map<Stream, Long> last = sequences.lock(streams(batch));
            return apply(goOn.getAsBoolean() ? batch : List.of(), last);
        })));
    }

    private Judgement apply(List<Parsed> batch, Map<Stream, Long> last) {
        if (acceptFirst) {
            last.putAll(sequences.begin(beforeFirst(batch, last)));
        }
        Judgement judgement = new Judgement(last, ids.claim(ids(batch)));
        batch.forEach(judgement::judge);
        judgement.faulty().forEach(this::fail);
        if (!judgement.next().isEmpty()) {
            handler.handle(judgement.next());
            sequences.advance(judgement.advanced());
        }
        if (!judgement.repeated().isEmpty()) {
            handler.repeated(judgement.repeated());
        }
        judgement.early().forEach(this::keepWaiting);
        settle(batch, judgement);
        return judgement;
    }

    /**
     * The sequence before the first event in the batch, of each stream of which nothing was applied yet and that comes late. What
     * cannot be read begins nothing: it may be wrong about its place, and what is before the beginning is dropped.
     */
    private static Map<Stream, Long> beforeFirst(List<Parsed> batch, Map<Stream, Long> last) {
        Map<Stream, Parsed> first = new HashMap<>();
        for (Parsed parsed : batch) {
            if (parsed.turn() != null && last.get(parsed.turn().stream()) < 0) {
                first.putIfAbsent(parsed.turn().stream(), parsed);
            }
        }
        Map<Stream, Long> before = new HashMap<>();
        first.forEach((stream, parsed) -> {
            if (parsed.event() != null && parsed.turn().sequence() > 0) {
                before.put(stream, parsed.turn().sequence() - 1);
            }
        });
        return before;
    }

    private void settle(List<Parsed> batch, Judgement judgement) {
        if (!judgement.last().isEmpty()) {
            List<Map.Entry<Stream, Long>> last =
                    new ArrayList<>(judgement.last().entrySet());
            deadLetters.settle(
                    last.stream().map(entry -> entry.getKey().source()).toList(),
                    last.stream().map(entry -> entry.getKey().subject()).toList(),
                    last.stream().map(Map.Entry::getValue).toList());
        }
        TreeSet<EventId> applied = ids(batch);
        if (!applied.isEmpty()) {
            deadLetters.settle(
                    applied.stream().map(EventId::source).toList(),
                    applied.stream().map(EventId::id).toList());
        }
    }

    private void keepWaiting(Parsed parsed) {
        deadLetters.waiting(parsed.raw(), parsed.known(), "an earlier event is missing");
    }

    private void fail(Parsed parsed) {
        deadLetters.failed(parsed.raw(), parsed.known(), parsed.fault());
        RawRecord record = parsed.raw();
        // One line: if the handler fails at all events, this is said of each.
        log.warn(
                "kept as a dead letter: {}, partition {}, offset {}, {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                parsed.place(),
                CONTROL.matcher(parsed.fault()).replaceAll(" "));
        if (parsed.error() != null) {
            log.debug("as the handler has failed", parsed.error());
        }
    }

    private static TreeSet<Stream> streams(List<Parsed> batch) {
        return batch.stream()
                .filter(parsed -> parsed.turn() != null)
                .map(parsed -> parsed.turn().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of those that are fine: what has failed is not to be known as applied. */
    private static TreeSet<EventId> ids(List<Parsed> batch) {
        return batch.stream()
                .filter(parsed -> parsed.fine() && parsed.id() != null)
                .map(Parsed::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
