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
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
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

    /** The process has been killed: nothing that this instance does from now on has an effect. */
    private static final class Killed extends RuntimeException {}

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
                Duration.ofMillis(5),
                Duration.ofSeconds(5),
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
            reader.until(read -> Judge.names(read).containsAll(committed), Duration.ofSeconds(30));
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
        Connections connections = new Connections(dataSource, properties, "waybill relay test");
        try (PublishingRight right = new PublishingRight(fault.wrap(connections.open()), properties, "test");
                EventReader reader = new EventReader(fault.wrap(connections.open()));
                EventProducer producer = new EventProducer(fault.wrap(producer()), service.topic())) {
            await().pollInSameThread().until(right::tryAcquire); // the last one's session may still be ending
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            Publishing publishing =
                    new Publishing(properties, right, reader, producer, new DeadLetters(dataSource), bell, status);
            publishing.run(() -> {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not done in time");
                }
                return !done.getAsBoolean();
            });
        } catch (Killed e) {
            log.debug("killed", e);
        } catch (SQLException e) {
            if (!fault.dead()) {
                throw e;
            }
        }
    }

    private Producer<String, byte[]> producer() {
        return EventProducer.kafka(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        RealServers.get().kafkaBootstrap()),
                Duration.ofSeconds(1));
    }

    private boolean allPublished() {
        return service.query("SELECT position = (SELECT max(position) FROM outbox.event) FROM outbox.relay_offset")
                .equals("t");
    }

    /** Stands between the relay and its servers, and counts what the relay does. */
    private static class Fault {
        final AtomicBoolean killed = new AtomicBoolean();
        final AtomicInteger steps = new AtomicInteger();

        boolean dead() {
            return killed.get();
        }

        /** Before a step takes effect; and after it has, but before the relay hears of it. */
        void around(boolean before) {}

        Exception refuse(int send) {
            return null;
        }

        Connection wrap(Connection connection) {
            return proxy(Connection.class, connection, (proxy, method, arguments) -> {
                Object result = method.invoke(connection, arguments);
                return result instanceof Statement statement
                        ? proxy(method.getReturnType(), statement, step(statement))
                        : result;
            });
        }

        private InvocationHandler step(Object target) {
            return (proxy, method, arguments) -> {
                if (!method.getName().startsWith("execute")) {
                    return method.invoke(target, arguments);
                }
                check();
                around(true);
                Object result = method.invoke(target, arguments);
                around(false);
                return result;
            };
        }

        private void check() {
            if (killed.get()) {
                throw new Killed();
            }
        }

        private final AtomicInteger sends = new AtomicInteger();

        @SuppressWarnings("unchecked")
        Producer<String, byte[]> wrap(Producer<String, byte[]> producer) {
            return proxy(Producer.class, producer, (proxy, method, arguments) -> {
                if (!method.getName().equals("send") || arguments.length != 2) {
                    return method.invoke(producer, arguments);
                }
                check();
                around(true);
                Callback callback = (Callback) arguments[1];
                Exception refusal = refuse(sends.incrementAndGet());
                Future<RecordMetadata> result;
                if (refusal != null) {
                    // As a broker does it: later, when others may have been sent meanwhile.
                    CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                            .execute(() -> callback.onCompletion(null, refusal));
                    result = CompletableFuture.failedFuture(refusal);
                } else {
                    arguments[1] = (Callback) (metadata, error) -> {
                        if (!killed.get()) { // a dead process hears no acknowledgement
                            callback.onCompletion(metadata, error);
                        }
                    };
                    result = (Future<RecordMetadata>) method.invoke(producer, arguments);
                }
                around(false);
                return result;
            });
        }

        @SuppressWarnings("unchecked")
        private static <T> T proxy(Class<?> type, Object target, InvocationHandler handler) {
            return (T) Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        try {
                            return handler.invoke(proxy, method, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
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
            int failing = k;
            AtomicInteger left = new AtomicInteger(3);
            publish(
                    new Fault() {
                        @Override
                        Exception refuse(int send) {
                            return send >= failing && left.getAndDecrement() > 0
                                    ? new NotEnoughReplicasException("for the test")
                                    : null;
                        }
                    },
                    this::allPublished);
        }
        judge();
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
                            throw new KafkaException("the producer is closed");
                        }
                        return null;
                    }
                },
                () -> service.query("SELECT stopped FROM outbox.relay_offset") != null);
        publish(new Fault(), this::allPublished);
        judge();
    }
}
