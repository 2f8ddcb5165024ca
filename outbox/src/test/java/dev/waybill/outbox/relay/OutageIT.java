package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import dev.waybill.outbox.support.Judge;
import dev.waybill.outbox.support.Service;
import dev.waybill.outbox.support.TestApplication;
import dev.waybill.outbox.support.TopicReader;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.KafkaServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The broker goes away for a minute while events are written. It is this test's own, so that no other notices. */
class OutageIT {

    private static final Duration OUTAGE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String DATA = "x".repeat(2_000);

    @TempDir
    private Path folder;

    @Test
    void aBrokerThatIsAwayForAMinuteCostsNeitherEventsNorOrderNorHeapNorALogFullOfIt() throws Exception {
        Service service = Service.create();
        Set<String> committed = ConcurrentHashMap.newKeySet();
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        try (KafkaServer kafka = new KafkaServer(new Home(folder), FreePort.find())) {
            kafka.start();
            kafka.awaitReady(LONG);
            Map<String, String> itsOwn = Map.of(
                    "spring.kafka.bootstrap-servers", kafka.bootstrap(), "logging.level.org.apache.kafka", "error");
            try (ConfigurableApplicationContext application =
                    SpringApplication.run(TestApplication.class, service.standaloneArguments(itsOwn))) {
                Outbox outbox = application.getBean(Outbox.class);
                TransactionTemplate transaction =
                        new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
                AtomicLong next = new AtomicLong();
                writer.scheduleAtFixedRate(
                        () -> {
                            long number = next.getAndIncrement();
                            String subject = "k-" + number % 20;
                            transaction.executeWithoutResult(status ->
                                    outbox.append(new OutboxEvent(subject, number / 20, "test.happened", DATA)));
                            committed.add(subject + "/" + number / 20);
                        },
                        0,
                        5,
                        TimeUnit.MILLISECONDS);
                await().atMost(LONG).until(() -> committed.size() >= 500);
                kafka.kill();
                int atTheStart = committed.size();
                ((Logger) LoggerFactory.getLogger("dev.waybill.outbox")).addAppender(logged);
                await().atMost(LONG).until(() -> committed.size() >= atTheStart + 500);
                long heap = usedHeap();
                await().pollDelay(OUTAGE).atMost(OUTAGE.plus(LONG)).until(() -> true);
                long growth = usedHeap() - heap;
                int written = committed.size() - atTheStart;
                List<String> lines = warnings(logged);
                kafka.start();
                kafka.awaitReady(LONG);
                await().atMost(LONG)
                        .until(() -> service.query(
                                        "SELECT (SELECT count(*) FROM outbox.event WHERE position > o.position) < 200 FROM outbox.relay_offset o")
                                .equals("t"));
                writer.shutdown();
                assertThat(writer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                try (TopicReader reader = service.reader(kafka.bootstrap())) {
                    reader.until(read -> Judge.names(read).containsAll(committed), LONG);
                    Judge.assertAllOnceAtLeastAndInOrder(committed, reader.records());
                }
                LoggerFactory.getLogger(OutageIT.class)
                        .info(
                                "{} events written in the outage; heap grew by {} kB; logged: {}",
                                written,
                                growth / 1024,
                                lines);
                assertThat(written).as("writers go on").isGreaterThan(1_000);
                assertThat(growth).as("heap").isLessThan(written * (long) DATA.length() / 2);
                assertThat(lines).as("one line a change").hasSize(1);
                assertThat(lines.get(0)).contains("publishing is held up");
            }
        } finally {
            writer.shutdownNow();
            ((Logger) LoggerFactory.getLogger("dev.waybill.outbox")).detachAppender(logged);
        }
    }

    private static List<String> warnings(ListAppender<ILoggingEvent> logged) {
        return new ArrayList<>(logged.list)
                .stream()
                        .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                        .map(ILoggingEvent::getFormattedMessage)
                        .toList();
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
