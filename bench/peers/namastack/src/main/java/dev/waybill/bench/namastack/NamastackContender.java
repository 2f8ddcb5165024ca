package dev.waybill.bench.namastack;

import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import io.namastack.outbox.Outbox;
import io.namastack.outbox.OutboxProcessingScheduler;
import io.namastack.outbox.handler.registry.OutboxHandlerRegistry;
import io.namastack.outbox.partition.PartitionCoordinator;
import io.namastack.outbox.partition.PartitionHasher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kotlin.jvm.JvmClassMappingKt;
import org.apache.kafka.common.utils.AppInfoParser;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Namastack Outbox: records are scheduled with a key, and its poller hands them to a handler that sends them. */
public final class NamastackContender implements Contender {

    /** The service. */
    @SpringBootApplication(proxyBeanMethods = false)
    @Import(Publisher.class)
    public static class Service {}

    private static final String PREFIX = "namastack.outbox.";
    private static final int BUSINESS_CONNECTIONS = 16;
    private static final int THREADS = 32;

    /** Those of its own performance test, but for the interval: after each batch it waits for so long. */
    private static final Map<String, Object> TUNED = Map.of(
            PREFIX + "polling.batch-size",
            1_200,
            PREFIX + "polling.fixed.interval",
            "50ms",
            PREFIX + "processing.delete-completed-records",
            true,
            PREFIX + "processing.executor-core-pool-size",
            THREADS,
            PREFIX + "processing.executor-max-pool-size",
            THREADS,
            "spring.kafka.producer.properties.linger.ms",
            0);

    private final ConfigurableApplicationContext context;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Outbox outbox;
    private final OutboxProcessingScheduler scheduler;
    private final Map<String, Object> tuning;

    private NamastackContender(Settings settings) {
        tuning = settings.tuned() ? new TreeMap<>(TUNED) : Map.of();
        context = new SpringApplicationBuilder(Service.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.datasource.url",
                        settings.jdbcUrl(),
                        "spring.datasource.username",
                        settings.user(),
                        "spring.datasource.password",
                        settings.password(),
                        "spring.datasource.hikari.maximum-pool-size",
                        BUSINESS_CONNECTIONS + THREADS + 2,
                        "spring.kafka.bootstrap-servers",
                        settings.bootstrap(),
                        "spring.kafka.template.default-topic",
                        settings.topic(),
                        // Stopping waits for the batch, which can be long when it has much of few keys.
                        PREFIX + "processing.shutdown-timeout",
                        "10m",
                        "logging.level.root",
                        "warn"))
                .properties(tuning)
                .run();
        jdbc = context.getBean(JdbcTemplate.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        outbox = context.getBean(Outbox.class);
        scheduler = context.getBean(OutboxProcessingScheduler.class);
        scheduler.stop(); // until it is told to start
        // What it does first of all comes before it has registered itself, and again only after ten seconds.
        context.getBean(PartitionCoordinator.class).rebalance();
        jdbc.execute("CREATE TABLE partition_of (record_key text PRIMARY KEY, partition_no integer NOT NULL)");
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, NamastackContender::new);
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("Namastack Outbox %s, JDBC, kafka-clients %s, Spring Boot %s"
                .formatted(version(), AppInfoParser.getVersion(), SpringBootVersion.getVersion()));
        if (tuning.isEmpty()) {
            lines.add("its defaults: 10 keys a batch, a batch every 2 s, 4 threads; the producer's defaults");
        }
        tuning.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    /** Its jars tell their version by their names only. */
    private static String version() {
        String jar =
                Outbox.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*?-(\\d[^/]*)\\.jar$", "$1");
    }

    @Override
    public void transact(Work work, boolean rollBack) {
        transactions.executeWithoutResult(status -> {
            Event event = jdbc.execute((ConnectionCallback<Event>) work::on);
            outbox.schedule(event.payload(), event.key());
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    /** Its order is that of the times, so that these must differ; all are due. */
    @Override
    public String backlog(String rows) {
        findPartitions(rows);
        return """
                INSERT INTO outbox_record (id, status, record_key, record_type, payload, created_at, failure_count,
                    next_retry_at, partition_no, handler_id)
                SELECT gen_random_uuid(), 'NEW', key, 'java.lang.String', to_json(payload::text), time, 0,
                    time, partition_no, '%s'
                FROM (%s) AS event JOIN partition_of ON record_key = key,
                    LATERAL (SELECT now() - interval '1 minute' + number * interval '1 microsecond' AS time) AS clock
                """.formatted(handler(), rows);
    }

    /** Their hash is not one that the database knows. */
    private void findPartitions(String rows) {
        List<Object[]> partitions =
                jdbc.queryForList("SELECT DISTINCT key FROM (%s) AS event".formatted(rows), String.class).stream()
                        .map(key -> new Object[] {key, PartitionHasher.INSTANCE.getPartitionForRecordKey(key)})
                        .toList();
        transactions.executeWithoutResult(status -> {
            jdbc.execute("DELETE FROM partition_of");
            jdbc.batchUpdate("INSERT INTO partition_of VALUES (?, ?)", partitions);
        });
    }

    private String handler() {
        return context.getBean(OutboxHandlerRegistry.class)
                .getHandlersForPayloadType(JvmClassMappingKt.getKotlinClass(String.class))
                .get(0)
                .getId();
    }

    @Override
    public void start() {
        scheduler.start();
    }

    @Override
    public void stop() {
        scheduler.stop();
    }

    @Override
    public void close() {
        context.close();
    }
}
