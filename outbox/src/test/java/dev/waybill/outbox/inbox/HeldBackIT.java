package dev.waybill.outbox.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.waybill.sandbox.testing.RealServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What cannot be taken in now stays in Kafka, and the partitions stay here, for longer than Kafka waits for a poll. */
class HeldBackIT {

    private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(4);
    private static final Duration OUTAGE = MAX_POLL_INTERVAL.multipliedBy(4);

    private final Receiving receiving = new Receiving(Map.of(
            "spring.kafka.consumer.properties.max.poll.interval.ms",
            Long.toString(MAX_POLL_INTERVAL.toMillis()),
            "spring.datasource.hikari.connection-timeout",
            "1000",
            "waybill.outbox.inbox.longest-back-off",
            "10s",
            "waybill.outbox.inbox.room-interval",
            "7s"));
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void start() {
        Receiver.room = 10; // a tenth of it is given to the first event, so for the next one it is asked for again
        receiving.send("before", 0);
        receiving.awaitApplied("before", 0L);
        logged.start();
        listenerLog().addAppender(logged);
    }

    @AfterEach
    void stop() {
        listenerLog().detachAppender(logged);
        Receiver.room = Integer.MAX_VALUE;
        receiving.close();
    }

    private static Logger listenerLog() {
        return (Logger) LoggerFactory.getLogger(InboxListener.class);
    }

    private List<String> lines() {
        return List.copyOf(logged.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** A consumer that was thrown out of its group comes back as another member. */
    private Set<String> members() throws Exception {
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, RealServers.get().kafkaBootstrap()))) {
            String group = receiving.service.group();
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        }
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = RealServers.get().superuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aDatabaseThatIsAwayForLongCostsNeitherEventsNorPartitionsNorALogFullOfIt() throws Exception {
        Set<String> members = members();
        assertThat(members).hasSize(1);
        String database = receiving.service.query("SELECT current_database()");
        execute("ALTER DATABASE " + database + " ALLOW_CONNECTIONS false");
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
        receiving.send("meanwhile", 0, 1, 2);
        await().pollDelay(OUTAGE).atMost(OUTAGE.multipliedBy(2)).until(() -> true);
        assertThat(members()).as("the partitions stay here").isEqualTo(members);
        execute("ALTER DATABASE " + database + " ALLOW_CONNECTIONS true");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(receiving.applied("meanwhile")).containsExactly(0L, 1L, 2L));
        assertThat(members()).isEqualTo(members);
        await().untilAsserted(() -> assertThat(lines()).hasSize(2));
        assertThat(lines().get(0)).contains("cannot be applied now and is tried again");
        assertThat(lines().get(1)).contains("is applied again");
        assertThat(receiving.letters("true")).isNull();
    }

    @Test
    void withoutRoomEventsWaitInKafkaAndAreTakenInWhenThereIs() throws Exception {
        Set<String> members = members();
        Receiver.room = 0;
        receiving.send("roomless", 0, 1, 2);
        await().untilAsserted(() -> assertThat(full()).isEqualTo(1));
        await().pollDelay(MAX_POLL_INTERVAL.plusSeconds(2)).atMost(OUTAGE).until(() -> true);
        assertThat(receiving.applied("roomless")).isEmpty();
        assertThat(members()).isEqualTo(members);
        Receiver.room = 1; // one at a time
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(receiving.applied("roomless")).containsExactly(0L, 1L, 2L));
        Receiver.room = Integer.MAX_VALUE;
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(full()).isZero());
        assertThat(receiving.letters("true")).isNull();
    }

    private double full() {
        return receiving
                .management
                .get("metrics/waybill.inbox.full")
                .body()
                .at("/measurements/0/value")
                .asDouble(-1);
    }
}
