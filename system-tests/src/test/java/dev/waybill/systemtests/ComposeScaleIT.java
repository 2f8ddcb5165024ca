package dev.waybill.systemtests;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Stopwatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two instances of each service: one relay publishes, both take in, and the survivor does all. */
@Tag("compose")
@ExtendWith(ComposeExtension.class)
class ComposeScaleIT {

    private static final Logger log = LoggerFactory.getLogger(ComposeScaleIT.class);

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration PROMISED = Duration.ofSeconds(2);
    private static final int PARTITIONS = 6;

    private final Compose compose;
    private final OrderClient client;
    private final Auditor auditor;

    ComposeScaleIT(Compose compose) {
        this.compose = compose;
        this.client = new OrderClient(compose, PATIENCE);
        this.auditor = new Auditor(compose);
    }

    @BeforeEach
    void two_of_each() {
        scale(2, 2);
    }

    private void scale(int orderServices, int shippingServices) {
        String orders = "order-service=" + orderServices;
        String shipping = "shipping-service=" + shippingServices;
        compose.run("up", "--detach", "--wait", "--no-recreate", "--scale", orders, "--scale", shipping);
    }

    @ParameterizedTest
    @EnumSource(names = {"ORDER_SERVICE", "SHIPPING_SERVICE"})
    void the_survivor_publishes_and_takes_in_alone(Part service) throws Exception {
        List<String> containers = compose.containers(service.toString());
        assertThat(containers).hasSize(2);
        await("one relay that publishes")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(containers.stream().map(each -> compose.relayState(each, service)))
                        .containsExactlyInAnyOrder("ACTIVE", "STANDBY"));
        await("both take in")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(partitionsByHost(service))
                        .hasSize(2)
                        .allSatisfy((host, partitions) -> assertThat(partitions).isPositive())
                        .satisfies(hosts -> assertThat(hosts.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum())
                                .isEqualTo(PARTITIONS)));
        String holder = containers.stream()
                .filter(each -> compose.relayState(each, service).equals("ACTIVE"))
                .findFirst()
                .orElseThrow();
        Database database = new Database(compose, service == Part.ORDER_SERVICE ? "orders" : "shipping");

        List<Outcome> outcomes;
        Duration replaced;
        try (Load load = Load.of(client, 4, 300)) {
            load.awaitMore(100);
            compose.docker("kill", "--signal", "KILL", holder);
            Stopwatch sinceKill = new Stopwatch();
            await("another holder")
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(PATIENCE)
                    .until(() -> database.number(
                                    "SELECT count(*) FROM outbox.relay_offset WHERE holder LIKE '%@' || ?",
                                    holder.substring(0, 12))
                            == 0);
            replaced = sinceKill.elapsed();
            outcomes = load.all();
        }
        log.info("{}: the holder is replaced {} s after its kill", service, Stopwatch.seconds(replaced));
        if (replaced.compareTo(PROMISED) > 0) {
            log.warn("that is longer than the {} s promised; this machine is busy", PROMISED.toSeconds());
        }
        await("the survivor has all partitions")
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(partitionsByHost(service).values()).containsExactly(PARTITIONS));
        auditor.everyOrderOnce(client, outcomes, PATIENCE);
        Set<UUID> orders = outcomes.stream().map(Outcome::id).collect(toSet());
        assertThat(orders).hasSize(300);
        auditor.everyOrderConfirmed(orders, PATIENCE);
        assertThat(new Carrier(compose).bookings().keySet()).containsAll(orders);
        auditor.noOpenDeadLetters();
        auditor.nothingElse();
    }

    /** What an upgrade does: a new instance beside the old ones, then the oldest is stopped, and so on. */
    @ParameterizedTest
    @EnumSource(names = {"ORDER_SERVICE", "SHIPPING_SERVICE"})
    void replaced_one_after_the_other_and_no_client_notices(Part service) throws Exception {
        List<String> old = compose.containers(service.toString());
        List<Outcome> outcomes;
        try (Load load = Load.of(client, 4)) {
            load.awaitMore(50);
            for (String each : old) {
                scale(service == Part.ORDER_SERVICE ? 3 : 2, service == Part.SHIPPING_SERVICE ? 3 : 2);
                Stopwatch stopwatch = new Stopwatch();
                compose.docker("stop", each);
                log.info("{}: stopped after {} s", service, Stopwatch.seconds(stopwatch.elapsed()));
                compose.docker("rm", each);
                load.awaitMore(50);
            }
            outcomes = load.stop();
        }
        assertThat(compose.containers(service.toString())).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(outcomes)
                .allSatisfy(outcome ->
                        assertThat(outcome.troubles()).as(outcome.toString()).isEmpty());
        auditor.everyOrderOnce(client, outcomes, PATIENCE);
        Set<UUID> orders = outcomes.stream().map(Outcome::id).collect(toSet());
        auditor.everyOrderConfirmed(orders, PATIENCE);
        assertThat(new Carrier(compose).bookings().keySet()).containsAll(orders);
        auditor.noOpenDeadLetters();
    }

    /** How many partitions each instance takes in. */
    private Map<String, Integer> partitionsByHost(Part service) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", compose.kafka()))) {
            ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(service.toString()))
                    .describedGroups()
                    .get(service.toString())
                    .get();
            Map<String, Integer> byHost = new HashMap<>();
            group.members()
                    .forEach(member -> byHost.merge(
                            member.host(), member.assignment().topicPartitions().size(), Integer::sum));
            return byHost;
        }
    }
}
