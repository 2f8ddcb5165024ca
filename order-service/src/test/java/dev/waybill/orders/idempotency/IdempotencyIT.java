package dev.waybill.orders.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.orders.Api.Answer;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Parallel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class IdempotencyIT extends OrdersTest {

    private static final String HEADER = IdempotencyKey.HEADER;

    private final String key = UUID.randomUUID().toString();

    @Autowired
    private DataSource dataSource;

    @Autowired
    private Forgetting forgetting;

    @Test
    void placesOneOrderForTwoHundredParallelRequests() {
        int before = orders();

        List<Answer> answers = Parallel.call(200, i -> api.post("/orders", ORDER, HEADER, key));

        Map<Integer, List<Answer>> byStatus = answers.stream().collect(Collectors.groupingBy(Answer::status));
        assertThat(byStatus.keySet()).isSubsetOf(201, 409).contains(201);
        assertThat(byStatus.get(201).stream().map(Answer::body).distinct()).hasSize(1);
        assertThat(byStatus.get(201).stream().filter(answer -> answer.header("Idempotent-Replayed") == null))
                .hasSize(1);
        byStatus.getOrDefault(409, List.of()).forEach(answer -> {
            answer.problem(409);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
        });
        assertThat(orders()).isEqualTo(before + 1);
        assertThat(eventsOf(answers.stream()
                        .filter(answer -> answer.status() == 201)
                        .findAny()
                        .orElseThrow()
                        .json()
                        .get("id")
                        .asText()))
                .containsExactly("order.placed 0");
    }

    @Test
    void givesTheFirstAnswerAgain() {
        Answer first = api.post("/orders", ORDER, HEADER, key);
        String path = "/orders/" + first.json().get("id").asText();
        api.put(path + "/delivery-address", addressIn("Paris"));
        Map<String, Object> before = rows();

        Answer again = api.post("/orders", ORDER, HEADER, key);
        Answer quoted = api.post("/orders", " " + ORDER.replace("\"19.99\"", "19.99"), HEADER, '"' + key + '"');

        assertThat(first.header("Idempotent-Replayed")).isNull();
        for (Answer replayed : List.of(again, quoted)) {
            assertThat(replayed.status()).isEqualTo(201);
            assertThat(replayed.body()).isEqualTo(first.body());
            assertThat(replayed.header("Location")).isEqualTo(first.header("Location"));
            assertThat(replayed.header("ETag")).isEqualTo(first.header("ETag"));
            assertThat(replayed.header("Idempotent-Replayed")).isEqualTo("true");
        }
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void refusesTheKeyWithAnotherBody() {
        api.post("/orders", ORDER, HEADER, key);
        Map<String, Object> before = rows();

        api.post("/orders", ORDER.replace("A-1", "A-2"), HEADER, key).problem(422);

        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void remembersNoRefusal() {
        api.post("/orders", ORDER.replace("EUR", "EUX"), HEADER, key).problem(400);

        assertThat(api.post("/orders", ORDER, HEADER, key).status()).isEqualTo(201);
    }

    @Test
    void saysSoWhileTheFirstRequestIsAtWorkInAnyInstance() throws SQLException {
        try (Connection otherInstance = dataSource.getConnection()) {
            otherInstance.setAutoCommit(false);
            try (PreparedStatement lock = otherInstance.prepareStatement(
                    "SELECT pg_advisory_xact_lock(hashtextextended('orders.idempotency/' || ?, 0))")) {
                lock.setString(1, key);
                lock.execute();
            }
            Answer answer = api.post("/orders", ORDER, HEADER, key);
            answer.problem(409);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            otherInstance.rollback();
        }
        assertThat(api.post("/orders", ORDER, HEADER, key).status()).isEqualTo(201);
    }

    @Test
    void mayHaveTheNameOfTheRelaysRight() {
        assertThat(api.post("/orders", ORDER, HEADER, "waybill.outbox.relay/main")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void forgetsOldKeysOnly() {
        jdbc.update("""
                INSERT INTO orders.idempotency_key (key, body_hash, answer, created_at)
                SELECT 'old-' || n, '', '{}', now() - interval '25 hours' FROM generate_series(1, 2500) n
                """);
        jdbc.update("""
                INSERT INTO orders.idempotency_key (key, body_hash, answer, created_at)
                VALUES (?, '', '{}', now() - interval '23 hours')
                """, key);

        forgetting.removeOldKeys();

        assertThat(jdbc.queryForList(
                        "SELECT key FROM orders.idempotency_key WHERE created_at < now() - interval '1 hour'",
                        String.class))
                .containsExactly(key);
    }

    private int orders() {
        return jdbc.queryForObject("SELECT count(*) FROM orders.orders", Integer.class);
    }
}
