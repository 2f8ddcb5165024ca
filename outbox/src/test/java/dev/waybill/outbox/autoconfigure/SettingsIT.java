package dev.waybill.outbox.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What a service behind a pooler, or with migrations of its own way, tells the library. */
class SettingsIT {

    private final Service service = Service.create();

    @Test
    void theRelayGoesPastThePooler() throws Exception {
        String pool = service.dataSource().getUrl();
        String past = pool + (pool.contains("?") ? "&" : "?") + "ApplicationName=past-the-pooler";

        try (ConfigurableApplicationContext application =
                        TestApplication.start(service, Map.of("waybill.outbox.relay.url", past));
                Connection writer = service.connect();
                TopicReader reader = service.reader()) {
            Service.insert(writer, "k", 0);
            reader.until(read -> Judge.names(read).contains("k/0"), Duration.ofSeconds(60));
            await().untilAsserted(() -> assertThat(sessions("past-the-pooler"))
                    .as("right, reader, listener")
                    .isEqualTo(3));
        }
        assertThat(sessions("waybill relay main")).isZero();
    }

    private int sessions(String name) {
        return Integer.parseInt(service.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '"
                        + name + "'"));
    }

    @Test
    void whereSomebodyElseMigratesTheStartMakesNoSchema() {
        try (ConfigurableApplicationContext application =
                TestApplication.start(service, Map.of("waybill.outbox.migrate", "false"))) {
            assertThat(application.isRunning()).isTrue();
        }
        assertThat(service.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'outbox'"))
                .isEqualTo("0");
    }
}
