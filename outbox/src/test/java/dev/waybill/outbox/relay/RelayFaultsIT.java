package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import dev.waybill.sandbox.testing.RealServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The pass of the relay with a fault put exactly at one of its steps, at every step in turn. The servers are real; the
 * faults are put between them and the relay.
 */
class RelayFaultsIT {

    private static final Logger log = LoggerFactory.getLogger(RelayFaultsIT.class);

    private final Service service = Service.create();
    private final Set<String> committed = new LinkedHashSet<>();
    private DriverManagerDataSource dataSource;
    private RelayProperties properties;
    private Connection writer;
    private long next;

    @BeforeEach
    void prepare() throws Exception {
        try (ConfigurableApplicationContext application = TestApplication.start(service, Map.of())) {
            // It makes the tables, and the topic before it becomes the holder.
            await().until(() -> service.query("SELECT holder FROM outbox.relay_offset") != null);
        }
        dataSource = service.dataSource();
        properties = new RelayProperties(
                true,
                "main",
                null,
                10,
                30,
                org.springframework.util.unit.DataSize.ofMegabytes(1),
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofSeconds(30),
                Duration.ofMillis(50),
                Duration.ofDays(7),
                1000,
                1000);
        writer = service.connect();
    }

    @AfterEach
    void close() throws Exception {
        writer.close();
    }

    /** Events of three keys, one transaction each, with a rolled-back one among them. */
    private void write(int events) throws SQLException {
        writer.setAutoCommit(false);
        for (int i = 0; i < events; i++, next++) {
            String key = "k-" + next % 3;
            Service.insert(writer, key, next / 3);
            committed.add(key + "/" + next / 3);
            writer.commit();
            if (i % 4 == 0) {
                Service.insert(writer, "phantom", next);
                writer.rollback();
            }
        }
    }

    private void judge() {
        try (TopicReader reader = service.reader()) {
            reader.until(read -> Judge.names(read).containsAll(committed), Duration.ofSeconds(60));
            Judge.assertAllOnceAtLeastAndInOrder(committed, reader.records());
            Judge.assertAllHaveTheirTime(service, reader.records());
        }
        assertThat(service.query("""
                        SELECT count(*) FROM (SELECT first_position, lag(last_position, 1, 0::bigint) OVER (ORDER BY last_position) AS before
                        FROM outbox.publication) range WHERE first_position <> before + 1""")).as("ranges that overlap or leave a gap").isEqualTo("0");
    }

    /** Runs one leadership of the relay until the condition holds, or until it is killed by a fault. */
    private void publish(Fault fault, BooleanSupplier done) throws Exception {
        RelayStatus status = new RelayStatus(new SimpleMeterRegistry());
        Bell bell = new Bell();
        Connections connections = new Connections(dataSource, properties, 900_000, "waybill relay test");
        Supplier<EventProducer> producers = () -> new EventProducer(fault.wrap(producer()), service.topic());
        try (PublishingRight right = new PublishingRight(fault.wrap(connections.open()), properties, "test");
                EventReader reader = new EventReader(() -> fault.wrap(connections.open()))) {
            await().pollInSameThread().until(right::tryAcquire); // the last one's session may still be ending
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            try (Publishing publishing =
                    new Publishing(properties, right, reader, producers, new DeadLetters(dataSource), bell, status)) {
                publishing.run(() -> {
                    if (System.nanoTime() > deadline) {
                        throw new AssertionError("not done in time");
                    }
                    return !done.getAsBoolean();
                });
            }
        } catch (Fault.Killed e) {
            log.debug("killed", e);
        } catch (SQLException e) {
            if (!fault.dead()) {
                throw e;
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        return EventProducer.kafka(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.get().kafkaBootstrap()),
                900_000,
                Duration.ofSeconds(1));
    }

    private boolean allPublished() {
        return service.query("SELECT position = (SELECT max(position) FROM outbox.event) FROM outbox.relay_offset")
                .equals("t");
    }

    /** Dies at the n-th moment, where a moment is right before or right after a statement or a send. */
    private static final class KillAt extends Fault {
        private final int moment;

        KillAt(int moment) {
            this.moment = moment;
        }

        @Override
        void around(boolean before) {
            if (steps.incrementAndGet() == moment) {
                killed.set(true);
                throw new Killed();
            }
        }
    }

    @Test
    void killedBetweenAnyTwoStepsItOnlyRepeats() throws Exception {
        int kills = 0;
        for (int moment = 1; ; moment++) {
            write(4);
            KillAt fault = new KillAt(moment);
            publish(fault, this::allPublished);
            if (!fault.dead()) {
                break; // so many moments there are until all is published
            }
            kills++;
        }
        log.info("killed at {} different moments", kills);
        assertThat(kills).isGreaterThan(20);
        publish(new Fault(), this::allPublished);
        judge();
    }

    @Test
    void aSendThatFailsForAWhileIsRepeatedBeforeAnythingOfItsKey() throws Exception {
        for (int k = 1; k <= 12; k++) {
            write(12);
            publish(failing(k, 3, new NotEnoughReplicasException("for the test")), this::allPublished);
        }
        judge();
    }

    @Test
    void whatTheBrokerDoesNotAllowIsRepeatedAloneUntilItDoes() throws Exception {
        for (int k = 1; k <= 12; k += 6) {
            write(12);
            // Those of other keys that were sent with it fail too, and when it is tried again it fails once more.
            publish(failing(k, 4, new TopicAuthorizationException(service.topic())), this::allPublished);
            assertThat(service.query("SELECT stopped FROM outbox.relay_offset")).isNull();
        }
        judge();
    }

    @Test
    void aProducerThatTheBrokerNoLongerFollowsIsReplacedAndNothingIsPassed() throws Exception {
        for (int k = 1; k <= 12; k++) {
            write(12);
            publish(failing(k, 2, new OutOfOrderSequenceException("for the test")), this::allPublished);
            assertThat(service.query("SELECT stopped FROM outbox.relay_offset")).isNull();
            publish(new Fault(), this::allPublished);
        }
        judge();
    }

    @Test
    void aProducerThatIsClosedIsReplacedAndNothingIsPassed() throws Exception {
        for (int k = 1; k <= 12; k++) {
            write(12);
            publish(closing(k), this::allPublished);
            assertThat(service.query("SELECT stopped FROM outbox.relay_offset")).isNull();
            publish(new Fault(), this::allPublished);
        }
        judge();
    }

    /** Closes the producer right before this send: what is on its way fails too. */
    private static Fault closing(int last) {
        return new Fault() {
            private Producer<byte[], byte[]> real;

            @Override
            Producer<byte[], byte[]> wrap(Producer<byte[], byte[]> producer) {
                real = producer;
                return super.wrap(producer);
            }

            @Override
            Exception refuse(int send) {
                if (send == last) {
                    real.close(Duration.ZERO);
                }
                return null;
            }
        };
    }

    /** Refuses so many sends from this one on. */
    private static Fault failing(int first, int times, Exception error) {
        AtomicInteger left = new AtomicInteger(times);
        return new Fault() {
            @Override
            Exception refuse(int send) {
                return send >= first && left.getAndDecrement() > 0 ? error : null;
            }
        };
    }

    @Test
    void aSendThatIsRefusedForGoodHoldsBackItsKeyAndIsNotPassedByTheOffset() throws Exception {
        for (int k = 1; k <= 12; k++) {
            write(12);
            int failing = k;
            publish(
                    new Fault() {
                        @Override
                        Exception refuse(int send) {
                            return send == failing ? new RecordTooLargeException("for the test") : null;
                        }
                    },
                    () -> service.query("SELECT stopped FROM outbox.relay_offset") != null);
            try (TopicReader reader = service.reader()) {
                reader.poll(Duration.ofMillis(200));
                reader.poll(Duration.ofMillis(200));
                Set<String> seen = Judge.names(reader.records());
                Set<String> all = new LinkedHashSet<>(committed);
                all.retainAll(seen);
                Judge.assertAllOnceAtLeastAndInOrder(all, reader.records());
            }
            assertThat(allPublished()).isFalse();
            publish(new Fault(), this::allPublished);
        }
        judge();
    }

    @Test
    void aProducerThatThrowsInsteadOfAnsweringIsTreatedTheSame() throws Exception {
        write(6);
        publish(
                new Fault() {
                    @Override
                    Exception refuse(int send) {
                        if (send == 4) {
                            throw new SerializationException("for the test");
                        }
                        return null;
                    }
                },
                () -> service.query("SELECT stopped FROM outbox.relay_offset") != null);
        publish(new Fault(), this::allPublished);
        judge();
    }
}
