package dev.waybill.outbox.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.inbox.Inbox;
import dev.waybill.outbox.inbox.InboxHandler;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Tests an {@link InboxHandler} against its real database, without Kafka: brings it the events of one aggregate's life in any
 * order, as often as you like, through the same inbox that the starter uses.
 *
 * <pre>{@code
 * InboxTester tester = InboxTester.of(handler, dataSource, transactionManager, objectMapper)
 *         .event("order.placed", placed)                   // sequence 0
 *         .event("order.readdressed", readdressed)         // 1
 *         .event("order.cancellation-requested", Map.of()); // 2
 *
 * tester.deliver(orderId, 0, 2, 1, 1);                     // one batch: 2 comes early, 1 twice
 * assertThat(shipments.find(orderId)).isCancelled();
 *
 * tester.histories(1_000, orderId -> shipments.find(orderId).status());
 * }</pre>
 *
 * <p>What it writes stays in the database: give it one that is thrown away. Schema {@code outbox} must be there, as it is
 * where the service has been started once. Not thread-safe.
 */
public final class InboxTester {

    private record Event(String type, byte[] data) {}

    private static final int TOGETHER = 50;

    private final InboxHandler handler;
    private final Inbox inbox;
    private final Histories histories;
    private final ObjectMapper mapper;
    private final JdbcTemplate jdbc;
    private final List<Event> life = new ArrayList<>();
    private String source = "/tests";
    private Supplier<String> subjects = () -> java.util.UUID.randomUUID().toString();
    private long seed = Long.getLong("waybill.seed", System.nanoTime());

    private InboxTester(
            InboxHandler handler,
            DataSource dataSource,
            PlatformTransactionManager transactionManager,
            ObjectMapper mapper) {
        this.handler = handler;
        this.inbox = Inbox.of(handler, dataSource, transactionManager, mapper);
        this.histories =
                new Histories(handler, faulty -> Inbox.of(faulty, dataSource, transactionManager, mapper)::receive);
        this.mapper = mapper;
        this.jdbc = new JdbcTemplate(dataSource);
    }

    /** @param transactionManager of this very data source; the handler must use both */
    public static InboxTester of(
            InboxHandler handler,
            DataSource dataSource,
            PlatformTransactionManager transactionManager,
            ObjectMapper mapper) {
        return new InboxTester(handler, dataSource, transactionManager, mapper);
    }

    /** The {@code ce_source} of the events; {@code /tests} if it is not given. */
    public InboxTester source(String source) {
        this.source = source;
        return this;
    }

    /** Makes the subjects of the histories, each one new; random UUIDs if it is not given. */
    public InboxTester subjects(Supplier<String> subjects) {
        this.subjects = subjects;
        return this;
    }

    /** Of the histories; that of the system property {@code waybill.seed}, else another one each time, if it is not given. */
    public InboxTester seed(long seed) {
        this.seed = seed;
        return this;
    }

    /**
     * Adds the next event of the life. Its sequence is its place: 0, 1, 2, …
     *
     * @throws IllegalArgumentException if the data cannot be written as JSON
     */
    public InboxTester event(String type, Object data) {
        try {
            life.add(new Event(type, mapper.writeValueAsBytes(data)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
        return this;
    }

    /**
     * Brings events of the life of this subject, in this order, as one batch.
     *
     * @param sequences of {@linkplain #event events} added before; any may be left out or repeated
     * @throws RuntimeException what the handler threw, if it is trouble that passes: Kafka would bring the batch again. Any
     *     other leaves a dead letter: see {@link #failures}
     */
    public InboxTester deliver(String subject, int... sequences) {
        inbox.receive(Arrays.stream(sequences)
                .mapToObj(sequence -> record(subject, sequence))
                .toList());
        return this;
    }

    /** Why events of this subject have failed, in the order of their sequence; empty if none is a FAILED dead letter now. */
    public List<String> failures(String subject) {
        return jdbc.queryForList(
                "SELECT cause FROM outbox.dead_letter WHERE source = ? AND subject = ? AND state = 'FAILED' ORDER BY sequence",
                String.class,
                source,
                subject);
    }

    /**
     * Lives the life many times, each time of another subject, disturbed at random: repetitions, other orders, losses that are
     * made good later, batches cut anywhere, rolled back, or committed and brought again, failures, two receivers at once.
     * However it went, it must end as an undisturbed life does. The handler's effects must not depend on the clock.
     *
     * @param state reads what the handler has made of a subject: a value with {@code equals}, without the subject's own name
     * @throws AssertionError if one ends otherwise; it names the seed, which finds it again unless two receivers had to meet
     *     at just the same moment
     */
    public void histories(int count, Function<String, Object> state) {
        if (life.isEmpty()) {
            throw new IllegalStateException("add events first");
        }
        Object expected = undisturbed(state);
        for (int done = 0; done < count; done += TOGETHER) {
            long now = seed++;
            List<String> lives = Stream.generate(subjects)
                    .limit(Math.min(TOGETHER, count - done))
                    .toList();
            List<List<RawRecord>> streams = lives.stream().map(this::stream).toList();
            histories.disturb(streams, new Random(now));
            histories.heal(streams);
            for (String subject : lives) {
                Object actual = state.apply(subject);
                if (!Objects.equals(expected, actual)) {
                    throw new AssertionError(
                            "subject %s ended as %s, undisturbed it is %s; failures: %s; repeat with -Dwaybill.seed=%d"
                                    .formatted(subject, actual, expected, failures(subject), now));
                }
            }
        }
    }

    private Object undisturbed(Function<String, Object> state) {
        String subject = subjects.get();
        deliver(subject, IntStream.range(0, life.size()).toArray());
        List<String> failures = failures(subject);
        if (!failures.isEmpty()) {
            throw new AssertionError("even undisturbed the events fail: " + failures);
        }
        return state.apply(subject);
    }

    private List<RawRecord> stream(String subject) {
        return IntStream.range(0, life.size())
                .mapToObj(sequence -> record(subject, sequence))
                .toList();
    }

    private RawRecord record(String subject, int sequence) {
        Event event = life.get(sequence);
        return new RawRecord(
                handler.topic(),
                0,
                Histories.nextOffset(),
                Instant.now(),
                utf8(subject),
                event.data(),
                List.of(
                        new RawRecord.Header("ce_specversion", utf8("1.0")),
                        new RawRecord.Header("ce_id", utf8(subject + "/" + sequence)),
                        new RawRecord.Header("ce_source", utf8(source)),
                        new RawRecord.Header("ce_type", utf8(event.type())),
                        new RawRecord.Header("ce_subject", utf8(subject)),
                        new RawRecord.Header("ce_sequence", utf8(Integer.toString(sequence)))));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
