package dev.waybill.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Processes;
import dev.waybill.systemtests.outside.Stopwatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shipping database goes away while orders are placed, and the whole system ends and starts again. */
@ExtendWith(SystemExtension.class)
class FaultsSystemIT {

    private static final Logger log = LoggerFactory.getLogger(FaultsSystemIT.class);

    private static final Duration SERVER_BACK = Duration.ofSeconds(60);

    private final WaybillSystem system;
    private final OrderClient client;
    private final Auditor auditor;

    FaultsSystemIT(WaybillSystem system) {
        this.system = system;
        this.client = new OrderClient(system);
        this.auditor = new Auditor(system);
    }

    /** Also if the test before this one has failed. */
    @BeforeEach
    void everything_is_up() {
        if (!system.isRunning()) {
            system.start();
        }
        await("both services").atMost(SERVER_BACK).until(system::isReady);
    }

    /** {@code -Dwaybill.outage.seconds=60} for a whole minute. */
    @Test
    void without_the_shipping_database_nothing_is_lost_nor_done_twice_nor_a_dead_letter() throws Exception {
        int seconds = Integer.getInteger("waybill.outage.seconds", 15);
        Database elsewhere = new Database(system, "orders");
        List<Outcome> outcomes;
        try (Load load = Load.of(client, 4)) {
            load.awaitMore(50);
            elsewhere.execute(
                    "ALTER DATABASE shipping ALLOW_CONNECTIONS false",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shipping'");
            Stopwatch away = new Stopwatch();
            assertThat(system.isReady(Part.SHIPPING_SERVICE))
                    .as("ready without its database")
                    .isFalse();
            await().atMost(Duration.ofSeconds(2L * seconds))
                    .until(() -> away.elapsed().toSeconds() >= seconds);
            elsewhere.execute("ALTER DATABASE shipping ALLOW_CONNECTIONS true");
            load.awaitMore(50);
            outcomes = load.stop();
        }
        Stopwatch back = new Stopwatch();
        auditor.everyOrderOnce(client, outcomes, SERVER_BACK);
        Set<UUID> orders = outcomes.stream().map(Outcome::id).collect(Collectors.toSet());
        auditor.everyOrderConfirmed(orders, SERVER_BACK);
        log.info(
                "shipping database away for {} s: {} orders meanwhile, all confirmed {} s after the end",
                seconds,
                outcomes.size(),
                Stopwatch.seconds(back.elapsed()));
        assertThat(new Carrier(system).bookings().keySet()).containsAll(orders);
        assertThat(new Database(system, "shipping").number("SELECT count(*) FROM outbox.dead_letter"))
                .isZero();
        auditor.nothingElse();
    }

    @Test
    void ctrl_c_leaves_no_process_behind_and_the_next_start_finds_all_the_data() throws Exception {
        List<Outcome> outcomes = Load.burst(client, 4, 50);
        auditor.everyOrderOnce(client, outcomes, SERVER_BACK);
        Map<UUID, Address> orders = auditor.orders();
        Map<UUID, Address> shipments = auditor.shipments();
        Set<ProcessHandle> children = system.children();
        assertThat(children).hasSizeGreaterThanOrEqualTo(Part.values().length);

        system.interrupt();

        assertThat(children).filteredOn(Processes::lives).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .commandLine()
                                .orElse("")
                                .contains(system.home().toString())))
                .isEmpty();
        try (Stream<Path> files = Files.list(system.home().resolve("run"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.endsWith(".pid"));
        }

        system.start();

        assertThat(auditor.orders()).isEqualTo(orders);
        assertThat(auditor.shipments()).isEqualTo(shipments);
        auditor.everyOrderOnce(client, outcomes, SERVER_BACK);
        Outcome next = client.place();
        auditor.everyOrderOnce(
                client, Stream.concat(outcomes.stream(), Stream.of(next)).toList(), SERVER_BACK);
    }
}
