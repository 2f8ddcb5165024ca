package dev.waybill.orders.secured;

import static dev.waybill.orders.secured.SecuredKafka.ORDER_SERVICE;
import static dev.waybill.orders.secured.SecuredKafka.SHIPPING_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.Api;
import dev.waybill.orders.OrderServiceApplication;
import dev.waybill.orders.OrdersTest;
import dev.waybill.orders.Shipping;
import dev.waybill.sandbox.testing.RealServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The service as its own user at the broker of docker-compose.secured.yml, and what the users may do there. The service is
 * started before anybody has a user, so the first test comes first.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(OutputCaptureExtension.class)
@EnabledIf(
        value = "inContainers",
        disabledReason = "the secured broker is a container, and the servers of the tests are not")
class SecuredKafkaIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path secrets;

    private static SecuredKafka kafka;
    private static ConfigurableApplicationContext service;
    private static Api api;
    private static Api management;
    private static Shipping shipping;
    private static KafkaConsumer<String, byte[]> reader;

    static boolean inContainers() {
        return RealServers.get().inContainers();
    }

    @BeforeAll
    static void start() throws Exception {
        kafka = new SecuredKafka();
        try (Connection superuser = RealServers.get().superuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE DATABASE orders_secured OWNER orders_owner");
        }
        restart();
    }

    private static void restart() throws Exception {
        if (service != null) {
            service.close();
        }
        service = startService();
        api = new Api("http://localhost:" + service.getEnvironment().getProperty("local.server.port"));
        management = new Api("http://localhost:" + service.getEnvironment().getProperty("local.management.port"));
    }

    /** With the variables and the password's file that the compose file gives it. */
    private static ConfigurableApplicationContext startService() throws Exception {
        Files.writeString(secrets.resolve("kafka.password"), SecuredKafka.password(ORDER_SERVICE) + "\n");
        Map<String, String> properties = new HashMap<>(RealServers.get().springProperties("orders"));
        properties.put("spring.datasource.url", RealServers.get().jdbcUrl("orders_secured"));
        properties.put("spring.kafka.bootstrap-servers", kafka.bootstrap());
        properties.put("spring.config.import", "configtree:" + secrets + "/");
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        return new SpringApplicationBuilder(OrderServiceApplication.class)
                .initializers(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "compose-systemEnvironment", SecuredKafka.environment(ORDER_SERVICE))))
                .run(properties.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (reader != null) {
            reader.close();
        }
        if (service != null) {
            service.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    @Order(1)
    void aServiceWithoutAUserSaysSoAndGoesOnByItselfWhenItHasOne() {
        String order = place();
        awaitHealth("DOWN", "relay", "SaslAuthenticationException");
        awaitHealth("DOWN", "inbox", "AUTHENTICATION");

        kafka.giveAccess();
        shipping = new Shipping(kafka.client(SHIPPING_SERVICE));
        reader = Clients.consumer(kafka.client(SHIPPING_SERVICE), SHIPPING_SERVICE, "waybill.orders");

        awaitPublished(order);
        awaitHealth("UP", "relay", "ACTIVE");
        shipping.tells(order, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitStatus(order, "CONFIRMED");
        awaitHealth("UP", "inbox", "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.waybill.orders.secured.ForbiddenActs#all")
    @Order(2)
    void nobodyDoesMore(ForbiddenActs.Act act) {
        Throwable refusal = catchThrowable(() -> act.attempt().on(act.client().apply(kafka)));
        assertThat(refusal instanceof ExecutionException ? refusal.getCause() : refusal)
                .isExactlyInstanceOf(act.refusal());
    }

    @Test
    @Order(3)
    void withoutTheRightToWriteEventsWaitAndAreAllPublishedWhenItIsBack(CapturedOutput output) {
        String right = " --allow-principal User:order-service --operation Write --topic waybill.orders";
        kafka.acls("--remove --force" + right);
        Set<String> orders = new HashSet<>(Set.of(place(), place(), place()));
        awaitHealth("DOWN", "relay", "Not authorized to access topics: [waybill.orders]");
        JsonNode relay = management.get("/actuator/relay").json();
        assertThat(relay.path("state").asText()).isEqualTo("STOPPED");
        assertThat(relay.at("/stopped/subject").asText()).isIn(orders);

        // Long enough for it to be tried again in vain.
        int lines = output.getAll().split("the relay has stopped", -1).length;
        await().during(Duration.ofSeconds(6)).atMost(LONG).until(() -> state().equals("STOPPED"));
        assertThat(output.getAll().split("the relay has stopped", -1)).hasSize(lines);

        kafka.acls("--add" + right);
        orders.forEach(SecuredKafkaIT::awaitPublished);
        awaitHealth("UP", "relay", "ACTIVE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--group order-service", "--topic waybill.shipments"})
    @Order(4)
    void withoutARightToReadAcknowledgementsWaitAndAreTakenInWhenItIsBack(String of) {
        String right = " --allow-principal User:order-service --operation Read " + of;
        kafka.acls("--remove --force" + right);
        awaitHealth("DOWN", "inbox", "AUTHORIZATION");
        String order = place();
        shipping.tells(order, "shipment.booked", 0, "\"trackingNumber\":\"T-1\"");
        awaitPublished(order);

        kafka.acls("--add" + right);
        awaitStatus(order, "CONFIRMED");
        awaitHealth("UP", "inbox", "");
    }

    @Test
    @Order(5)
    void aTopicThatIsThereNeedsNoRightToCreateIt() throws Exception {
        String right = " --allow-principal User:order-service --operation Create --topic waybill.orders";
        kafka.acls("--remove --force" + right);
        restart();
        awaitPublished(place());
        awaitHealth("UP", "relay", "ACTIVE");
    }

    private static String place() {
        Api.Answer answer = api.post("/orders", OrdersTest.ORDER);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asText();
    }

    private static String state() {
        return management.get("/actuator/relay").json().path("state").asText();
    }

    private static void awaitStatus(String order, String status) {
        await().atMost(LONG)
                .until(() -> api.get("/orders/" + order)
                        .json()
                        .path("status")
                        .asText()
                        .equals(status));
    }

    private static void awaitHealth(String status, String component, String detail) {
        await().atMost(LONG).untilAsserted(() -> {
            JsonNode health = management.get("/actuator/health").json().at("/components/" + component);
            assertThat(health.path("status").asText()).as(health.toString()).isEqualTo(status);
            assertThat(health.toString()).contains(detail);
        });
    }

    private static final Set<String> READ = new HashSet<>();

    /** As shipping sees it. */
    private static void awaitPublished(String order) {
        await().atMost(LONG).until(() -> {
            reader.poll(Duration.ofMillis(100)).forEach(event -> READ.add(event.key()));
            return READ.contains(order);
        });
    }
}
