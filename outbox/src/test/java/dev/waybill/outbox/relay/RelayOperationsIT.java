package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Management;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What an operator sees of the relay and can tell it, over HTTP. */
class RelayOperationsIT extends ManagedRelayTest {

    @Test
    void theRelayShowsWhatItDoes() throws Exception {
        awaitState("ACTIVE");
        service.insert("shown", 0);
        service.awaitOnTopic("shown/0");
        await().untilAsserted(() -> {
            JsonNode relay = get("relay").body();
            assertThat(relay.at("/position").asLong()).isEqualTo(1);
            assertThat(relay.at("/holes")).isEmpty();
            assertThat(relay.at("/lag/events").asLong()).isZero();
            assertThat(relay.at("/lag/seconds").asDouble()).isZero();
            assertThat(relay.at("/holder").asText()).contains("@");
            assertThat(relay.has("lastError")).isTrue();
        });
        assertThat(get("health").body().at("/components/relay/status").asText()).isEqualTo("UP");
        assertThat(get("metrics/waybill.outbox.published")
                        .body()
                        .at("/measurements/0/value")
                        .asLong())
                .isEqualTo(1);
        for (String meter : List.of(
                "appended",
                "lag.events",
                "lag.seconds",
                "batch.size",
                "send.latency",
                "holes",
                "takeovers",
                "active")) {
            assertThat(get("metrics/waybill.outbox." + meter).status())
                    .as(meter)
                    .isEqualTo(200);
        }
    }

    @Test
    void anOpenTransactionIsShownAsAHoleAndDoesNotHoldTheOthersUp() throws Exception {
        try (Connection open = service.connect()) {
            open.setAutoCommit(false);
            Service.insert(open, "open", 0);
            service.insert("passes", 0);
            service.awaitOnTopic("passes/0");
            await().untilAsserted(() -> {
                JsonNode relay = get("relay").body();
                assertThat(relay.at("/position").asLong()).isEqualTo(2);
                assertThat(relay.at("/holes")).hasSize(1);
                assertThat(relay.at("/holes/0/position").asLong()).isEqualTo(1);
                assertThat(relay.at("/holes/0/since").asText()).startsWith("20");
            });
            open.commit();
        }
        service.awaitOnTopic("open/0");
        await().untilAsserted(() -> assertThat(get("relay").body().at("/holes")).isEmpty());
    }

    @Test
    void aPauseHoldsEverythingBackOverRestartsUntilItIsLifted() throws Exception {
        awaitState("ACTIVE");
        assertThat(post("relay", "{\"action\":\"pause\",\"reason\":\"maintenance\"}")
                        .status())
                .isEqualTo(200);
        awaitState("PAUSED");
        await().until(() -> !application.getBean(RelayStatus.class).active() || paused());
        service.insert("held", 0);
        restart(Map.of());
        awaitState("PAUSED");
        await().untilAsserted(() ->
                assertThat(get("relay").body().at("/lag/events").asLong()).isEqualTo(1));
        assertThat(get("relay").body().at("/paused/reason").asText()).isEqualTo("maintenance");
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .untilAsserted(() ->
                        assertThat(get("relay").body().at("/position").asLong()).isZero());
        assertThat(post("relay", "{\"action\":\"resume\"}").status()).isEqualTo(200);
        service.awaitOnTopic("held/0");
        awaitState("ACTIVE");
    }

    private boolean paused() throws Exception {
        return get("relay").body().path("state").asText().equals("PAUSED");
    }

    @Test
    void whatPostgresCannotKeepIsRefused() throws Exception {
        assertThat(post("relay", "{\"action\":\"pause\",\"reason\":\"\\u0000\"}")
                        .status())
                .isEqualTo(400);
        assertThat(post("replay", "{\"subject\":\"\\u0000\"}").status()).isEqualTo(400);
        assertThat(post("deadletters", "{\"action\":\"retry\",\"reason\":\"\\u0000\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void nothingIsReplayedWhileTheRelayIsPaused() throws Exception {
        service.insert("again", 0);
        service.awaitOnTopic("again/0");
        post("relay", "{\"action\":\"pause\"}");
        awaitState("PAUSED");
        post("replay", "{\"subject\":\"again\"}");
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(6))
                .untilAsserted(() -> assertThat(
                                get("replay").body().at("/items/0/state").asText())
                        .isEqualTo("RUNNING"));
        post("relay", "{\"action\":\"resume\"}");
        await().untilAsserted(() ->
                assertThat(get("replay").body().at("/items/0/state").asText()).isEqualTo("DONE"));
    }

    @Test
    void aRelayThatIsMadeAnewAgainAndAgainOnlyRepeats() throws Exception {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            service.insert("renewed-" + i % 5, i / 5);
            all.add("renewed-" + i % 5 + "/" + i / 5);
            if (i % 20 == 0) {
                application.getBean(Relay.class).renew();
            }
        }
        service.awaitOnTopic(all.toArray(String[]::new));
        awaitState("ACTIVE");
        try (TopicReader reader = service.reader()) {
            reader.atLeast(200);
            Judge.assertAllOnceAtLeastAndInOrder(all, reader.records());
        }
    }

    @Test
    void aCommitOnAnInstanceThatStandsByWakesTheHolder() throws Exception {
        application.close();
        // So slow a poll that the event can only come by the notification.
        Map<String, String> slow =
                Map.of("waybill.outbox.relay.poll-interval", "60s", "waybill.outbox.relay.session-timeout", "300s");
        application = TestApplication.startManaged(service, slow);
        awaitState("ACTIVE");
        try (ConfigurableApplicationContext standby = TestApplication.startManaged(service, slow)) {
            assertThat(new Management(standby).get("relay").body().path("state").asText())
                    .isEqualTo("STANDBY");
            TransactionTemplate transaction =
                    new TransactionTemplate(standby.getBean(PlatformTransactionManager.class));
            for (int i = 0; i < 5; i++) {
                int sequence = i;
                transaction.executeWithoutResult(status -> standby.getBean(Outbox.class)
                        .append(new OutboxEvent("notified", sequence, "test.happened", "x")));
                service.awaitOnTopic("notified/" + i);
            }
        }
    }
}
