package dev.waybill.systemtests;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.sandbox.Console;
import dev.waybill.sandbox.Folders;
import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.OrderClient.Result;
import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Processes;
import dev.waybill.systemtests.outside.Stopwatch;
import dev.waybill.systemtests.outside.Topic;
import dev.waybill.systemtests.outside.Topic.Event;
import dev.waybill.systemtests.wire.Trap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service is killed exactly between two of its steps, at each point there is. It comes back by itself, and no client, no
 * topic and no carrier can tell that anything happened, save by repetitions that mean nothing.
 */
class CrashPointsIT {

    private static final Logger log = LoggerFactory.getLogger(CrashPointsIT.class);
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int ORDERS = 6;
    private static final String BOOKED = "CONFIRMED BOOKED";

    private static final Path FOLDER = Path.of("target", "crash-points").toAbsolutePath();

    /** Nothing is to mend what a relay or an inbox does wrong. */
    private static final Map<String, String> NOT_ASKED_AGAIN = Map.of(
            "ORDERS_ACKNOWLEDGEMENT_TIMEOUT", "1h",
            "ORDERS_ACKNOWLEDGEMENT_LONGEST_TIMEOUT", "1h");

    private static Cluster system;

    private final OrderClient client = new OrderClient(system);
    private final Carrier carrier = new Carrier(system);
    private final Map<UUID, Address> wanted = new LinkedHashMap<>();
    private final Map<UUID, Long> events = new HashMap<>();
    private List<UUID> orders;

    @BeforeAll
    static void start() throws IOException {
        Folders.delete(FOLDER);
        Path project = Path.of("..").toAbsolutePath().normalize();
        system = new Cluster(project, FOLDER, 1, instance -> NOT_ASKED_AGAIN, new Console(System.out));
        system.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (system != null) {
            system.close();
            Folders.delete(FOLDER.resolve("data"));
            Folders.delete(FOLDER.resolve("cache"));
        }
    }

    /** Also if the test before this one has failed. */
    @BeforeEach
    void everything_is_up() {
        await("both services").atMost(LIMIT).until(system::isReady);
    }

    /** Some, unless {@code -Dwaybill.crash-points=all}: a killed service takes ten seconds to be back. */
    static Set<CrashPoint> points() {
        return System.getProperty("waybill.crash-points", "").equals("all")
                ? EnumSet.allOf(CrashPoint.class)
                : CrashPoint.SOME;
    }

    @ParameterizedTest
    @MethodSource("points")
    void nothing_is_lost_nor_doubled_by_a_kill_at(CrashPoint point) throws Exception {
        Stopwatch stopwatch = new Stopwatch();
        ProcessHandle victim = process(point);
        AtomicLong doneAtDeath = new AtomicLong();
        long doneBefore = point.done(system);
        try (Trap trap = instance(point).link(point.server()).trap(point.step(), () -> {
            instance(point).process().kill();
            doneAtDeath.set(point.done(system));
        })) {
            // Something left of the test before may pass before the trap is armed, and may spring it as soon as it is.
            long doneWhenArmed = point.done(system);
            CompletableFuture<Void> customers = CompletableFuture.runAsync(this::order);

            assertThat(trap.await(LIMIT)).as("sprung: " + trap).isTrue();
            assertThat(Processes.lives(victim)).as("the process lives").isFalse();
            if (point.step().answered()) {
                assertThat(doneAtDeath).as("done at death").hasValueGreaterThan(doneBefore);
            } else {
                assertThat(doneAtDeath).as("done at death").hasValue(doneWhenArmed);
            }
            Duration sprung = stopwatch.elapsed();

            customers.get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
            await(point.service() + " in a new process").atMost(LIMIT).until(system::isReady);
            assertThat(process(point)).isNotEqualTo(victim);
            converges();
            log.info(
                    "{}: killed after {} s, all as it should be after {} s",
                    point,
                    Stopwatch.seconds(sprung),
                    Stopwatch.seconds(stopwatch.elapsed()));
        }
        eachOnceAndInOrder();
    }

    private static ProcessHandle process(CrashPoint point) {
        return ProcessHandle.of(instance(point).process().pid()).orElseThrow();
    }

    private static Instance instance(CrashPoint point) {
        return system.instances(point.service().toString()).get(0);
    }

    /** Two are changed at once, and two when they are booked, whatever happens meanwhile. */
    private void order() {
        orders = burst();
        orders.forEach(order -> events.put(order, 1L));
        readdress(orders.get(0));
        cancel(orders.get(1));
        await("the first bookings")
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> statuses().entrySet().stream()
                        .filter(order -> orders.subList(2, 4).contains(order.getKey()))
                        .allMatch(order -> order.getValue().equals(BOOKED)));
        readdress(orders.get(2));
        cancel(orders.get(3));
    }

    private List<UUID> burst() {
        try {
            List<Outcome> outcomes = Load.burst(client, 3, ORDERS);
            assertThat(outcomes).hasSize(ORDERS).allMatch(outcome -> outcome.result() == Result.OK);
            outcomes.forEach(outcome -> wanted.put(outcome.id(), outcome.address()));
            return outcomes.stream().map(Outcome::id).toList();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void readdress(UUID order) {
        Address address = client.nextAddress();
        client.readdress(order, address);
        wanted.put(order, address);
        events.merge(order, 1L, Long::sum);
    }

    private void cancel(UUID order) {
        client.cancel(order);
        wanted.remove(order);
        events.merge(order, 1L, Long::sum);
    }

    /** The status of each order and of its shipment, as the order tells it. */
    private Map<UUID, String> statuses() throws IOException {
        return Http.list(system.orders()).stream()
                .filter(order -> events.containsKey(OrderClient.id(order)))
                .collect(toMap(
                        OrderClient::id,
                        order -> order.get("status").asText() + " "
                                + order.path("shipment").path("status").asText()));
    }

    /** An order whose new address is not yet acknowledged looks as one that is: hence the first condition. */
    private void converges() {
        Map<UUID, String> expected = orders.stream()
                .collect(toMap(order -> order, order -> wanted.containsKey(order) ? BOOKED : "CANCELLED CANCELLED"));
        Database database = new Database(system, "orders");
        await("every answer")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    assertThat(database.number(
                                    "SELECT count(*) FROM orders.orders WHERE next_publishing_at IS NOT NULL"))
                            .as("orders that wait for an acknowledgement")
                            .isZero();
                    assertThat(statuses()).isEqualTo(expected);
                });
    }

    private void eachOnceAndInOrder() throws IOException {
        Auditor auditor = new Auditor(system);
        assertThat(auditor.rowsOf(client)).as("rows in orders").isEqualTo(ORDERS);
        Map<UUID, Address> all = auditor.orders(); // each once, or this fails
        assertThat(all).containsAllEntriesOf(wanted);
        assertThat(auditor.shipments()).containsAllEntriesOf(wanted).containsOnlyKeys(all.keySet());
        Map<UUID, Address> booked = carrier.bookings();
        assertThat(booked).containsAllEntriesOf(wanted);
        assertThat(orders.stream().filter(booked::containsKey))
                .as("those not cancelled")
                .containsExactlyInAnyOrderElementsOf(wanted.keySet());

        Map<UUID, List<Long>> told = firstAppearances(Auditor.ORDERS);
        assertThat(told.keySet()).as("no phantom, none lost").isEqualTo(all.keySet());
        orders.forEach(order -> assertThat(told.get(order))
                .as("events of " + order)
                .isEqualTo(LongStream.range(0, events.get(order)).boxed().toList()));
        Map<UUID, List<Long>> answers = firstAppearances(Auditor.SHIPMENTS);
        assertThat(answers.keySet()).as("orders with an answer").isEqualTo(all.keySet());
        assertThat(answers.values())
                .allSatisfy(sequences -> assertThat(sequences)
                        .isEqualTo(LongStream.range(0, sequences.size()).boxed().toList()));
        for (String database : List.of("orders", "shipping")) {
            assertThat(new Database(system, database).number("SELECT count(*) FROM outbox.dead_letter"))
                    .as("dead letters, settled ones too, in " + database)
                    .isZero();
        }
    }

    /** The sequences by subject, each event where it first lies; one sequence that two events have makes this fail. */
    private static Map<UUID, List<Long>> firstAppearances(String topic) {
        Map<String, Event> first = new LinkedHashMap<>();
        Topic.read(system, topic).forEach(event -> first.putIfAbsent(event.id(), event));
        return first.values().stream()
                .collect(groupingBy(event -> UUID.fromString(event.subject()), mapping(Event::sequence, toList())));
    }
}
