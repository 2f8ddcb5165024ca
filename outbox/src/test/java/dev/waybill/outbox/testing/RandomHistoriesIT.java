package dev.waybill.outbox.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import dev.waybill.outbox.deadletter.Remedies;
import dev.waybill.outbox.deadletter.Word;
import dev.waybill.outbox.inbox.Inbox;
import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import dev.waybill.outbox.inbox.UnprocessableEventException;
import dev.waybill.outbox.support.Service;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The inbox on a real database under ten thousand random histories: see {@link Histories}; then operators retry and discard,
 * several at once, and at last everything is brought once more. Each subject must end as one to which nothing of that has
 * happened, but for what was discarded. The same harness must find the faults of two inboxes that are built as one should
 * not, or it proves nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomHistoriesIT {

    private static final Logger log = LoggerFactory.getLogger(RandomHistoriesIT.class);
    private static final int HISTORIES = 10_000;
    private static final int TOGETHER = 100;

    @SpringBootApplication
    static class Application {

        @Bean
        Ledger ledger(JdbcTemplate jdbc) {
            return new Ledger(jdbc);
        }
    }

    private final long seed = Long.getLong("waybill.seed", System.nanoTime());
    private final ObjectMapper mapper = new ObjectMapper();
    private ConfigurableApplicationContext application;
    private DataSource dataSource;
    private JdbcTemplate jdbc;

    @BeforeAll
    void start() throws Exception {
        Service service = Service.create();
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE UNLOGGED TABLE public.ledger (subject text PRIMARY KEY, applied text NOT NULL)");
            statement.execute("GRANT ALL ON public.ledger TO orders_app");
        }
        application = service.start(
                Application.class,
                Map.of(
                        "spring.datasource.hikari.data-source-properties.options",
                        "-c synchronous_commit=off",
                        // As services should have it: what is cut off without a word is brought again too.
                        "spring.datasource.hikari.data-source-properties.socketTimeout",
                        "30",
                        "waybill.outbox.inbox.enabled",
                        "false",
                        "waybill.outbox.relay.enabled",
                        "false"));
        dataSource = application.getBean(DataSource.class);
        jdbc = new JdbcTemplate(dataSource);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void tenThousandHistoriesEndAsCleanOnesDo() {
        log.info("{} histories from seed {} (repeat with -Dwaybill.seed={})", HISTORIES, seed, seed);
        run("clean", HISTORIES, new Histories(new Ledger(jdbc), faulty -> inbox(faulty, dataSource)::receive));
        assertThat(jdbc.queryForList(
                        "SELECT DISTINCT state FROM outbox.dead_letter WHERE subject LIKE 'clean-%'", String.class))
                .as("operators had something to do, and it is done")
                .containsExactlyInAnyOrder("APPLIED", "DISCARDED");
    }

    @Test
    void anInboxThatChecksWithoutALockIsCaught() {
        DataSource unlocked = new WithoutLock(dataSource);
        assertThatThrownBy(() -> run(
                        "unlocked",
                        HISTORIES,
                        new Histories(
                                new Ledger(new JdbcTemplate(unlocked)), faulty -> inbox(faulty, unlocked)::receive)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dwaybill.seed=")
                .satisfies(caught -> log.info("caught: {}", caught.getMessage().replaceAll("\\s+", " ")));
    }

    @Test
    void anInboxThatKnowsIdsButNoSequenceIsCaught() {
        assertThatThrownBy(() -> run("by-id", HISTORIES, new Histories(new Ledger(jdbc), this::byIdOnly)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dwaybill.seed=")
                .satisfies(caught -> log.info("caught: {}", caught.getMessage().replaceAll("\\s+", " ")));
    }

    private Inbox inbox(InboxHandler handler, DataSource dataSource) {
        return Inbox.of(handler, dataSource, new DataSourceTransactionManager(dataSource), mapper);
    }

    private void run(String name, int histories, Histories harness) {
        for (int group = 0; group < histories / TOGETHER; group++) {
            run("%s-%d".formatted(name, group), seed + group, harness);
        }
    }

    private void run(String group, long seed, Histories harness) {
        Random random = new Random(seed);
        Map<String, List<RawRecord>> streams = new HashMap<>();
        for (int i = 0; i < TOGETHER; i++) {
            boolean counted = i % 10 > 0;
            String subject = "%s-%s%d".formatted(group, counted ? "" : "uncounted-", i);
            streams.put(subject, stream(subject, 2 + random.nextInt(5), counted));
        }
        harness.disturb(List.copyOf(streams.values()), random);
        operate(group, random);
        harness.mend();
        operate(group, random);
        harness.heal(List.copyOf(streams.values()));
        judge(group, streams, seed);
    }

    private List<RawRecord> stream(String subject, int events, boolean counted) {
        return IntStream.range(0, events)
                .mapToObj(number -> {
                    List<RawRecord.Header> headers = new ArrayList<>();
                    headers.add(new RawRecord.Header("ce_specversion", "1.0".getBytes(UTF_8)));
                    headers.add(new RawRecord.Header("ce_id", (subject + "/" + number).getBytes(UTF_8)));
                    headers.add(new RawRecord.Header("ce_source", "/tests".getBytes(UTF_8)));
                    headers.add(new RawRecord.Header("ce_type", Ledger.TYPE.getBytes(UTF_8)));
                    headers.add(new RawRecord.Header("ce_subject", subject.getBytes(UTF_8)));
                    if (counted) {
                        headers.add(new RawRecord.Header(
                                "ce_sequence", Integer.toString(number).getBytes(UTF_8)));
                    }
                    byte[] value = "{\"token\":\"%d\"}".formatted(number).getBytes(UTF_8);
                    return new RawRecord(Ledger.TOPIC, 0, Histories.nextOffset(), Instant.now(), null, value, headers);
                })
                .toList();
    }

    /** Operators do something about what has failed, some of it at the same time; what is refused is left. */
    private void operate(String group, Random random) {
        Remedies remedies = application.getBean(Remedies.class);
        for (long id : jdbc.queryForList(
                "SELECT id FROM outbox.dead_letter WHERE state = 'FAILED' AND subject LIKE ? ORDER BY id",
                Long.class,
                group + "-%")) {
            boolean retry = random.nextInt(3) > 0;
            Runnable action = () -> {
                try {
                    if (retry) {
                        remedies.retry(id, new Word("retry", "test", null, Instant.now()));
                    } else {
                        remedies.discard(id, new Word("discard", "test", "at random", Instant.now()));
                    }
                } catch (Remedies.RefusedException e) {
                    // in this state it cannot be done
                }
            };
            CompletableFuture<Void> atTheSameTime =
                    CompletableFuture.runAsync(random.nextInt(3) == 0 ? action : () -> {});
            action.run();
            atTheSameTime.join();
        }
    }

    private void judge(String group, Map<String, List<RawRecord>> streams, long seed) {
        Map<String, String> applied = new HashMap<>();
        jdbc.query(
                "SELECT subject, applied FROM public.ledger WHERE subject LIKE ?",
                row -> {
                    applied.put(row.getString(1), row.getString(2));
                },
                group + "-%");
        Map<String, Set<String>> discarded = new HashMap<>();
        jdbc.query(
                "SELECT subject, convert_from(value, 'UTF8')::json ->> 'token' FROM outbox.dead_letter WHERE state = 'DISCARDED' AND subject LIKE ?",
                row -> {
                    discarded
                            .computeIfAbsent(row.getString(1), none -> new HashSet<>())
                            .add(row.getString(2));
                },
                group + "-%");
        streams.forEach((subject, stream) -> {
            List<String> expected = IntStream.range(0, stream.size())
                    .mapToObj(Integer::toString)
                    .filter(token -> !discarded.getOrDefault(subject, Set.of()).contains(token))
                    .toList();
            String text = applied.getOrDefault(subject, "");
            List<String> actual = text.isEmpty() ? List.of() : List.of(text.split(" "));
            if (subject.contains("uncounted")) { // in whatever order
                actual = actual.stream().sorted().toList();
            }
            assertThat(actual).as("%s: -Dwaybill.seed=%d", subject, seed).isEqualTo(expected);
        });
        assertThat(jdbc.queryForList(
                        "SELECT subject || '/' || sequence || ' ' || cause FROM outbox.dead_letter WHERE state IN ('FAILED', 'WAITING') AND subject LIKE ?",
                        String.class,
                        group + "-%"))
                .as("open letters: -Dwaybill.seed=%d", seed)
                .isEmpty();
    }

    // ---- how not to do it ------------------------------------------------------------------------------------------

    /** A table of ids and nothing else: each once, but in the order of arrival. */
    private Histories.Receiver byIdOnly(InboxHandler handler) {
        TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        return new Histories.Receiver() {
            @Override
            public void receive(List<RawRecord> records) {
                records.forEach(this::receive);
            }

            private void receive(RawRecord record) {
                try {
                    transaction.executeWithoutResult(status -> {
                        String id = new String(record.header("ce_id"), UTF_8);
                        String subject = new String(record.header("ce_subject"), UTF_8);
                        if (jdbc.update("INSERT INTO outbox.inbox_id VALUES ('by-id', ?) ON CONFLICT DO NOTHING", id)
                                > 0) {
                            String token = new String(record.value(), UTF_8).replaceAll("\\D", "");
                            handler.handle(List.of(new InboxEvent(
                                    id,
                                    "/tests",
                                    subject,
                                    0,
                                    Ledger.TYPE,
                                    null,
                                    "{\"token\":\"" + token + "\"}",
                                    Map.of(),
                                    mapper)));
                        }
                    });
                } catch (UnprocessableEventException e) {
                    // comes again when all is healed
                }
            }
        };
    }

    /** The inbox's own statements, but for the lock: the row is read and later written, as check-then-insert does. */
    private static final class WithoutLock extends DelegatingDataSource {

        private static final String CHECK = """
                SELECT s.source, s.subject, coalesce(i.sequence, -1) FROM unnest(?, ?) AS s(source, subject)
                LEFT JOIN outbox.inbox i ON i.source = s.source AND i.subject = s.subject
                """;
        private static final String INSERT = """
                INSERT INTO outbox.inbox (source, subject, sequence) SELECT * FROM unnest(?, ?, ?)
                ON CONFLICT (source, subject) DO UPDATE SET sequence = excluded.sequence
                """;

        WithoutLock(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (arguments != null && arguments[0] instanceof String sql) {
                            arguments[0] = sql.startsWith("INSERT INTO outbox.inbox AS i")
                                    ? CHECK
                                    : sql.startsWith("UPDATE outbox.inbox i") ? INSERT : sql;
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
