package dev.waybill.systemtests;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A waiting room of 100, ten times as many orders, and nobody who takes them. */
@ExtendWith(SystemExtension.class)
@SystemExtension.Environment(name = "SHIPPING_WAITING_ROOM", value = "100")
class WaitingRoomSystemIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int ROOM = 100;

    private final WaybillSystem system;
    private final Carrier carrier;

    WaitingRoomSystemIT(WaybillSystem system) {
        this.system = system;
        this.carrier = new Carrier(system);
    }

    private int waiting() throws IOException {
        return Http.list(system.shipments()).size();
    }

    @Test
    void what_finds_no_room_waits_in_kafka_also_over_a_restart() throws Exception {
        await("both services").atMost(PATIENCE).until(system::isReady);
        carrier.is("down");
        Set<UUID> orders = Load.burst(new OrderClient(system), 4, 1_000).stream()
                .map(Outcome::id)
                .collect(toSet());
        await("the room to fill").atMost(PATIENCE).until(() -> waiting() >= ROOM);
        await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> waiting() == ROOM);

        system.kill(Part.SHIPPING_SERVICE);
        await("back").atMost(PATIENCE).until(() -> !system.isReady(Part.SHIPPING_SERVICE));
        await("back").atMost(PATIENCE).until(() -> system.isReady(Part.SHIPPING_SERVICE));
        await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> waiting() == ROOM);

        carrier.is("Started");
        new Auditor(system).everyOrderConfirmed(orders, PATIENCE);
        assertThat(carrier.bookings().keySet()).isEqualTo(orders);
    }
}
