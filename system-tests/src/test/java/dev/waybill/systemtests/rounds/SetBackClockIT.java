package dev.waybill.systemtests.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.sandbox.Console;
import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.outside.Http;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service's clock is an hour ahead while Kafka is away, and right again when Kafka is back. */
class SetBackClockIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final String ORDER = """
            {"customerId":"c-1","currency":"EUR","lines":[{"sku":"A-1","quantity":1,"unitPrice":"19.99"}],"deliveryAddress":
            {"name":"Ada Lovelace","street":"12 St James's Square","city":"London","postcode":"SW1Y 4JH","country":"GB"}}""";

    @Test
    void nobodyWaitsForTheHourToPass(@TempDir Path folder) throws Exception {
        Clocks clocks = Clocks.in(folder.resolve("clocks"));
        assumeThat(clocks.environment("probe")).as("a clock can be set here").isNotEmpty();
        Path project = Path.of("..").toAbsolutePath().normalize();
        try (Cluster cluster = new Cluster(project, folder, 1, clocks::environment, new Console(System.out))) {
            cluster.start();
            confirmed(cluster, place(cluster));
            for (Instance instance : cluster.instances()) {
                Fault ahead = clocks.shift(instance, Duration.ofHours(1));
                assertThat(ahead.strike()).isNotNull();
                instance.kafka().cut();
                await("a connection in vain, an hour ahead")
                        .pollDelay(Duration.ofSeconds(3))
                        .atMost(LIMIT)
                        .until(() -> !instance.kafka().isListening());
                String order = place(cluster);
                ahead.heal();
                instance.kafka().heal();
                confirmed(cluster, order);
                confirmed(cluster, place(cluster));
            }
        }
    }

    private static String place(Cluster cluster) throws IOException {
        return Http.post(cluster.orders(), ORDER).json().get("id").asText();
    }

    private static void confirmed(Cluster cluster, String order) {
        await("order " + order)
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> Http.get(cluster.orders() + "/" + order)
                        .json()
                        .get("status")
                        .asText()
                        .equals("CONFIRMED"));
    }
}
