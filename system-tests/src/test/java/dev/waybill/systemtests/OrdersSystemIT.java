package dev.waybill.systemtests;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.OrderClient.Result;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Stopwatch;
import dev.waybill.systemtests.outside.Topic.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An order's way while nothing is at fault. */
@ExtendWith(SystemExtension.class)
// Two hundred at once wait for ten connections.
@SystemExtension.Environment(name = "SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", value = "60000")
class OrdersSystemIT {

    private static final Logger log = LoggerFactory.getLogger(OrdersSystemIT.class);

    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);

    private final WaybillSystem system;
    private final OrderClient client;
    private final Auditor auditor;

    OrdersSystemIT(WaybillSystem system) {
        this.system = system;
        this.client = new OrderClient(system);
        this.auditor = new Auditor(system);
    }

    @Test
    void an_order_becomes_a_shipment_to_its_address() throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            Address address = client.nextAddress();
            Http.Answer placed = Http.post(system.orders(), client.order(address));
            Stopwatch stopwatch = new Stopwatch();
            assertThat(placed.status()).as(placed.body()).isEqualTo(201);
            UUID id = OrderClient.id(placed.json());

            JsonNode shipment = auditor.awaitShipment(id, ARRIVAL_LIMIT);

            times.add(stopwatch.elapsed());
            assertThat(shipment.get("orderId").asText()).isEqualTo(id.toString());
            assertThat(Address.of(shipment.get("deliveryAddress"))).isEqualTo(address);
        }
        log.info(
                "from the answer to POST to that of GET /shipments/ID: the first {} s, then from {} to {} s",
                Stopwatch.seconds(times.get(0)),
                Stopwatch.seconds(
                        times.stream().skip(1).min(Duration::compareTo).orElseThrow()),
                Stopwatch.seconds(
                        times.stream().skip(1).max(Duration::compareTo).orElseThrow()));
    }

    @Test
    void a_thousand_orders_of_eight_clients_arrive_once_each() throws Exception {
        Stopwatch stopwatch = new Stopwatch();

        List<Outcome> outcomes = Load.burst(client, 8, 1000);

        Duration sent = stopwatch.elapsed();
        auditor.everyOrderOnce(client, outcomes, Duration.ofSeconds(60));
        log.info(
                "1,000 orders of 8 clients: sent in {} s, all shown to be there after {} s",
                Stopwatch.seconds(sent),
                Stopwatch.seconds(stopwatch.elapsed()));
        assertThat(outcomes)
                .hasSize(1000)
                .allSatisfy(outcome -> assertThat(outcome.troubles()).isEmpty());
        Set<UUID> ids = outcomes.stream().map(Outcome::id).collect(toSet());
        List<Event> events = auditor.placed(ids);
        assertThat(ids).hasSize(1000);
        assertThat(events).allMatch(event -> event.sequence() == 0);
        assertThat(events.stream().map(Event::id).distinct()).hasSize(1000);
        auditor.nothingElse();
    }

    @Test
    void two_hundred_requests_at_once_under_one_key_place_one_order() throws Exception {
        String key = UUID.randomUUID().toString();
        String order = client.order(client.nextAddress());

        List<CompletableFuture<Http.Answer>> sent = Stream.generate(
                        () -> Http.postAsync(system.orders(), order, "Idempotency-Key", key))
                .limit(200)
                .toList();
        List<Http.Answer> answers = sent.stream().map(CompletableFuture::join).toList();

        Map<Integer, Integer> statuses =
                answers.stream().collect(toMap(Http.Answer::status, answer -> 1, Integer::sum));
        log.info("200 requests under one key: {}", statuses);
        assertThat(statuses.keySet()).as("%s", statuses).isSubsetOf(201, 409).contains(201);
        List<JsonNode> orders = answers.stream()
                .filter(answer -> answer.status() == 201)
                .map(Http.Answer::json)
                .distinct()
                .toList();
        assertThat(orders.size()).as("different orders answered").isEqualTo(1);
        UUID id = OrderClient.id(orders.get(0));
        assertThat(auditor.rowsOf(client)).as("orders").isEqualTo(1);
        // Whatever else the requests had written would have gone before this one.
        Outcome last = client.place();
        assertThat(last.result()).isEqualTo(Result.OK);
        auditor.awaitShipment(last.id(), ARRIVAL_LIMIT);
        auditor.awaitShipment(id, ARRIVAL_LIMIT);
        assertThat(new Database(system, "orders")
                        .number("SELECT count(*) FROM outbox.event WHERE subject = ?", "" + id))
                .as("events written")
                .isEqualTo(1);
        assertThat(auditor.placed(Set.of(id))).as("events published").hasSize(1);
        auditor.nothingElse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lines[0].quantity       | "quantity":2          | "quantity":-1
            deliveryAddress.city    | "city":"London",      |
            currency                | "currency":"EUR"      | "currency":"XXY"
            """)
    void an_invalid_order_is_refused_by_naming_the_field_and_leaves_no_row(String field, String valid, String invalid)
            throws Exception {
        Map<String, Long> before = rows();
        String order = """
                {"customerId":"c-1","currency":"EUR","lines":[{"sku":"A-1","quantity":2,"unitPrice":"19.99"}],
                "deliveryAddress":{"name":"Ada","street":"12 St James","city":"London","postcode":"SW1Y 4JH","country":"GB"}}
                """;
        assertThat(order).contains(valid);

        Http.Answer answer = Http.post(
                system.orders(), order.replace(valid, invalid == null ? "" : invalid), "Idempotency-Key", "k");

        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.json().get("errors"))
                .as(answer.body())
                .singleElement()
                .satisfies(error -> assertThat(error.get("field").asText()).isEqualTo(field))
                .satisfies(error -> assertThat(error.get("reason").asText()).isNotBlank());
        assertThat(rows()).isEqualTo(before);
    }

    private Map<String, Long> rows() {
        Database database = new Database(system, "orders");
        return Stream.of("orders.orders", "orders.order_line", "orders.idempotency_key", "outbox.event")
                .collect(toMap(table -> table, table -> database.number("SELECT count(*) FROM " + table)));
    }
}
