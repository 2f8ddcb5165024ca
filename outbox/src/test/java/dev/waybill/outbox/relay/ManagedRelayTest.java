package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.support.Management;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.context.ConfigurableApplicationContext;

/** A relay with its endpoints, on a database and a topic of its own. */
abstract class ManagedRelayTest {

    final Service service = Service.create();
    ConfigurableApplicationContext application;

    @BeforeEach
    void start() {
        application = TestApplication.startManaged(service, Map.of());
    }

    @AfterEach
    void stop() {
        application.close();
    }

    void restart(Map<String, String> settings) {
        application.close();
        application = TestApplication.startManaged(service, settings);
    }

    Management.Answer get(String path) {
        return new Management(application).get(path);
    }

    Management.Answer post(String path, String body) {
        return new Management(application).post(path, body);
    }

    void awaitState(String state) {
        await().untilAsserted(() ->
                assertThat(get("relay").body().path("state").asText()).isEqualTo(state));
    }
}
