package dev.waybill.outbox.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The kit as its users would use it: a right handler passes, and wrong ones do not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InboxTesterIT {

    private static final String SUM = """
            INSERT INTO public.account (id, balance) VALUES (?::uuid, ?)
            ON CONFLICT (id) DO UPDATE SET balance = account.balance + excluded.balance
            """;

    private final Service service = Service.create();
    private HikariDataSource dataSource;
    private JdbcTemplate jdbc;

    @BeforeAll
    void makeTables() throws Exception {
        TestApplication.start(service, Map.of()).close();
        try (Connection superuser = service.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE TABLE public.account (id uuid PRIMARY KEY, balance int NOT NULL)");
            statement.execute("GRANT ALL ON public.account TO orders_app");
        }
        dataSource = new HikariDataSource();
        dataSource.setDataSource(service.dataSource());
        dataSource.setConnectionInitSql("SET synchronous_commit TO off");
        jdbc = new JdbcTemplate(dataSource);
    }

    @AfterAll
    void close() {
        dataSource.close();
    }

    private interface Handling {
        void handle(InboxEvent event);
    }

    private InboxTester tester(Handling handling) {
        InboxHandler handler = new InboxHandler() {
            @Override
            public String topic() {
                return "accounts";
            }

            @Override
            public Set<String> types() {
                return Set.of("paid.in", "doubled");
            }

            @Override
            public void handle(List<InboxEvent> events) {
                events.forEach(handling::handle);
            }
        };
        return InboxTester.of(handler, dataSource, new DataSourceTransactionManager(dataSource), new ObjectMapper())
                .event("paid.in", 100)
                .event("doubled", 0)
                .event("paid.in", 7);
    }

    private void right(InboxEvent event) {
        if (event.type().equals("doubled")) {
            jdbc.update("UPDATE public.account SET balance = 2 * balance WHERE id = ?::uuid", event.subject());
        } else {
            jdbc.update(SUM, event.subject(), event.data(Integer.class));
        }
    }

    private Integer balance(String subject) {
        return jdbc
                .queryForList("SELECT balance FROM public.account WHERE id = ?::uuid", Integer.class, subject)
                .stream()
                .findFirst()
                .orElse(null);
    }

    @Test
    void eventsAreDeliveredInAnyOrderAndMultiplicity() {
        String subject = UUID.randomUUID().toString();
        InboxTester tester = tester(this::right).deliver(subject, 2, 0, 0);
        assertThat(balance(subject)).isEqualTo(100);
        tester.deliver(subject, 1, 1, 0, 2);
        assertThat(balance(subject)).isEqualTo(207);
        assertThat(tester.failures(subject)).isEmpty();
    }

    @Test
    void aRightHandlerPassesAnyHistory() {
        tester(this::right).histories(300, this::balance);
    }

    @Test
    void aHandlerBesideTheTransactionIsFound() {
        TransactionTemplate ofItsOwn = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        ofItsOwn.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        InboxTester tester = tester(event -> ofItsOwn.executeWithoutResult(status -> right(event)));
        assertThatThrownBy(() -> tester.seed(1).histories(300, this::balance))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("undisturbed it is 207")
                .hasMessageContaining("-Dwaybill.seed=");
    }

    @Test
    void aHandlerThatSwallowsItsFailuresIsFound() {
        int[] calls = {0};
        InboxTester tester = tester(event -> {
            if (++calls[0] % 40 == 0) {
                return; // "cannot do it now"
            }
            right(event);
        });
        assertThatThrownBy(() -> tester.histories(300, this::balance))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ended as");
    }

    @Test
    void whatFailsEvenUndisturbedIsSaidAtOnce() {
        InboxTester tester = tester(event -> {
            throw new IllegalStateException("never");
        });
        assertThatThrownBy(() -> tester.histories(1, this::balance)).hasMessageContaining("never");
    }
}
