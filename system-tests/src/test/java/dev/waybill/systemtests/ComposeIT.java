package dev.waybill.systemtests;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.OrderClient.Outcome;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system from its images: any container may be killed, and nothing is lost. */
@Tag("compose")
@ExtendWith(ComposeExtension.class)
class ComposeIT {

    private static final Logger log = LoggerFactory.getLogger(ComposeIT.class);

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final Compose compose;
    private final OrderClient client;
    private final Auditor auditor;

    ComposeIT(Compose compose) {
        this.compose = compose;
        this.client = new OrderClient(compose, PATIENCE);
        this.auditor = new Auditor(compose);
    }

    /** Also if the test before this one has failed. */
    @BeforeEach
    void everything_is_up() {
        compose.run("up", "--detach", "--wait");
    }

    @ParameterizedTest
    @EnumSource
    void killed_in_the_middle_of_five_hundred_orders(Part part) throws Exception {
        List<Outcome> outcomes;
        Duration away;
        try (Load load = Load.of(client, 4, 500)) {
            load.awaitMore(100);
            compose.run("kill", part.toString());
            Stopwatch sinceKill = new Stopwatch();
            if (part != Part.ORDER_SERVICE && part != Part.POSTGRES) {
                load.awaitMore(100); // the others take no part in placing orders
            }
            compose.run("up", "--detach", "--wait");
            away = sinceKill.elapsed();
            outcomes = load.all();
        }
        Stopwatch stopwatch = new Stopwatch();
        auditor.everyOrderOnce(client, outcomes, PATIENCE);
        Set<UUID> orders = outcomes.stream().map(Outcome::id).collect(toSet());
        assertThat(orders).hasSize(500);
        auditor.everyOrderConfirmed(orders, PATIENCE);
        log.info(
                "{} killed, all up again after {} s: 500 orders, {} of them after trouble, 500 shipments, all confirmed {} s"
                        + " after the last answer",
                part,
                Stopwatch.seconds(away),
                outcomes.stream()
                        .filter(outcome -> !outcome.troubles().isEmpty())
                        .count(),
                Stopwatch.seconds(stopwatch.elapsed()));
        if (part != Part.CARRIER) { // killed itself it forgets what it was asked
            assertThat(new Carrier(compose).bookings().keySet()).containsAll(orders);
        }
        auditor.noOpenDeadLetters();
        auditor.nothingElse();
    }

    @Test
    void down_and_up_keep_the_data() throws Exception {
        Outcome before = client.place();
        auditor.everyOrderOnce(client, List.of(before), PATIENCE);
        auditor.everyOrderConfirmed(Set.of(before.id()), PATIENCE);
        Map<UUID, Address> orders = auditor.orders();

        compose.run("down");
        compose.run("up", "--detach", "--wait");

        assertThat(auditor.orders()).isEqualTo(orders);
        assertThat(auditor.shipments()).isEqualTo(orders);
        Outcome after = client.place();
        auditor.everyOrderOnce(client, List.of(before, after), PATIENCE);
        auditor.everyOrderConfirmed(Set.of(before.id(), after.id()), PATIENCE);
    }

    @Test
    void without_a_ready_instance_the_proxy_answers_with_a_problem() throws Exception {
        compose.run("stop", "order-service");

        Http.Answer answer = await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> Http.post(compose.orders(), "{}"), got -> got.status() == 503);

        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.json().get("status").asInt()).isEqualTo(503);
        assertThat(answer.json().get("detail").asText()).contains("was not done");
    }

    @Test
    void nobody_has_more_rights_than_needed() {
        for (String service : List.of("order-service", "shipping-service", "proxy")) {
            String container = compose.containers(service).get(0);
            JsonNode inspected = inspect(container);
            assertThat(compose.docker("exec", container, "id", "-u"))
                    .as("user of %s", service)
                    .isEqualTo("10001");
            assertThat(inspected.at("/HostConfig/ReadonlyRootfs").asBoolean())
                    .as("root file system of %s is read-only", service)
                    .isTrue();
            assertThat(inspected.at("/HostConfig/CapDrop").toString()).isEqualTo("[\"ALL\"]");
            assertThat(inspected.at("/HostConfig/SecurityOpt").toString()).contains("no-new-privileges");
        }
        for (String container : compose.run("ps", "--quiet").lines().toList()) {
            JsonNode inspected = inspect(container);
            String name = inspected.at("/Name").asText();
            assertThat(inspected.toString())
                    .as("what inspect shows of %s", name)
                    .doesNotContain(compose.passwords());
            inspected
                    .at("/NetworkSettings/Ports")
                    .forEach(bindings -> bindings.forEach(
                            binding -> assertThat(binding.get("HostIp").asText())
                                    .as("ports of %s", name)
                                    .isEqualTo("127.0.0.1")));
            assertThat(inspected.at("/HostConfig/Memory").asLong())
                    .as("memory of %s is limited", name)
                    .isPositive();
            assertThat(inspected.at("/HostConfig/RestartPolicy/Name").asText())
                    .as("restart policy of %s", name)
                    .isEqualTo("unless-stopped");
        }
    }

    private JsonNode inspect(String container) {
        try {
            return Http.JSON.readTree(compose.docker("inspect", container)).get(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
