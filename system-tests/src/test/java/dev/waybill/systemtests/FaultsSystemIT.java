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

/**
 * Servers die while orders are placed; everything comes back by itself and nothing is lost or doubled. The services die in
 * {@link CrashPointsIT}.
 */
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

    @Test
    void a_killed_postgres_is_back_and_nothing_committed_is_lost() throws Exception {
        kill_while_orders_are_placed(Part.POSTGRES, SERVER_BACK);
    }

    @Test
    void a_killed_kafka_is_back_and_what_was_written_meanwhile_is_published() throws Exception {
        kill_while_orders_are_placed(Part.KAFKA, SERVER_BACK);
    }

    /** @param promised how soon it is back. A machine that is busy with other things gets more: what a start took there. */
    private void kill_while_orders_are_placed(Part part, Duration promised) throws Exception {
        Duration limit = promised.plus(system.lastStart());
        List<Outcome> outcomes;
        Stopwatch sinceKill;
        Duration ready;
        Duration through;
        try (Load load = Load.of(client, 4)) {
            load.awaitMore(100);

            ProcessHandle victim = system.kill(part);
            sinceKill = new Stopwatch();

            await(part + " in a new process, and both services ready")
                    .atMost(limit)
                    .until(() -> system.process(part)
                                    .filter(process -> !process.equals(victim))
                                    .isPresent()
                            && system.isReady());
            ready = sinceKill.elapsed();
            auditor.awaitShipment(load.next().id(), SERVER_BACK);
            through = sinceKill.elapsed();
            load.awaitMore(50);
            outcomes = load.stop();
        }

        auditor.everyOrderOnce(client, outcomes, SERVER_BACK);
        log.info(
                "{} killed: both services ready after {} s, an order has gone all the way after {} s; {} orders, {} of "
                        + "them after trouble, the longest {} s; all shown to be there after {} s",
                part,
                Stopwatch.seconds(ready),
                Stopwatch.seconds(through),
                outcomes.size(),
                outcomes.stream()
                        .filter(outcome -> !outcome.troubles().isEmpty())
                        .count(),
                Stopwatch.seconds(outcomes.stream()
                        .map(Outcome::took)
                        .max(Duration::compareTo)
                        .orElseThrow()),
                Stopwatch.seconds(sinceKill.elapsed()));
        if (ready.compareTo(promised) > 0) {
            log.warn(
                    "{} took longer to be back than the {} s promised; this machine is busy",
                    part,
                    promised.toSeconds());
        }
        auditor.nothingElse();
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
        auditor.everyOrderOnce(client, outcomes, Duration.ofSeconds(30));
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
        auditor.everyOrderOnce(client, outcomes, Duration.ofSeconds(1));
        Outcome next = client.place();
        auditor.everyOrderOnce(
                client, Stream.concat(outcomes.stream(), Stream.of(next)).toList(), Duration.ofSeconds(10));
    }
}
