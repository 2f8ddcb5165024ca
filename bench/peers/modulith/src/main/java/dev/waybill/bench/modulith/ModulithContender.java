package dev.waybill.bench.modulith;

import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.kafka.common.utils.AppInfoParser;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.Externalized;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Modulith's event publication registry, with events externalized to Kafka after the commit. */
public final class ModulithContender implements Contender {

    private static final int WRITERS = 16;

    /** Its documentation has completed publications deleted lest their table grows and slows. */
    private static final Map<String, Object> TUNED = Map.of(
            "spring.modulith.events.completion-mode", "delete",
            "spring.task.execution.pool.core-size", WRITERS,
            "spring.kafka.producer.compression-type", "lz4",
            "spring.kafka.producer.batch-size", "256KB");

    private final Settings settings;
    private final ConfigurableApplicationContext context;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Gate gate;

    private ModulithContender(Settings settings) {
        this.settings = settings;
        Map<String, Object> properties = new HashMap<>(Map.of(
                "logging.level.root", "WARN",
                "spring.datasource.url", settings.jdbcUrl(),
                "spring.datasource.username", settings.user(),
                "spring.datasource.password", settings.password(),
                "spring.kafka.bootstrap-servers", settings.bootstrap(),
                "spring.kafka.producer.acks", "all"));
        properties.put("spring.modulith.events.jdbc.schema-initialization.enabled", true);
        // One more than there are writers: it is the producer's thread that completes publications.
        properties.put("spring.datasource.hikari.maximum-pool-size", WRITERS + 1);
        // It tells at length of each send that meets the gate.
        properties.put("logging.level.org.springframework.modulith.events.config", "OFF");
        if (settings.tuned()) {
            properties.putAll(TUNED);
        }
        context = new SpringApplicationBuilder(Service.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .initializers(service -> service.getBeanFactory().registerSingleton("settings", settings))
                .run();
        jdbc = context.getBean(JdbcTemplate.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        gate = context.getBean(Gate.class);
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, ModulithContender::new);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "Spring Modulith %s, kafka-clients %s, Spring Boot %s"
                        .formatted(
                                Externalized.class.getPackage().getImplementationVersion(),
                                AppInfoParser.getVersion(),
                                SpringBootVersion.getVersion()),
                settings.tuned()
                        ? "completion-mode=delete, task executor of 16 threads, lz4, batch.size=262144"
                        : "its defaults, Spring Boot's task executor of 8 threads, the producer's defaults",
                "told to resubmit at the start");
    }

    @Override
    public void transact(Work work, boolean rollBack) {
        transactions.executeWithoutResult(status -> {
            Event event = jdbc.execute((ConnectionCallback<Event>) work::on);
            context.publishEvent(new OrderChanged(event.key(), event.payload()));
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    @Override
    public String backlog(String rows) {
        return """
                INSERT INTO event_publication (id, listener_id, event_type, serialized_event, publication_date)
                SELECT gen_random_uuid(),
                       'org.springframework.modulith.events.support.DelegatingEventExternalizer.externalize(java.lang.Object)',
                       'dev.waybill.bench.modulith.OrderChanged',
                       '{"key":' || to_json(key) || ',"payload":' || to_json(payload) || '}',
                       clock_timestamp()
                FROM (%s) AS event
                """.formatted(rows);
    }

    @Override
    public void start() {
        gate.open(true);
        context.getBean(IncompleteEventPublications.class).resubmitIncompletePublications(publication -> true);
    }

    @Override
    public void stop() throws InterruptedException {
        gate.open(false);
        // What is queued now runs against the gate and goes back to waiting in the registry.
        ThreadPoolExecutor executor =
                context.getBean(ThreadPoolTaskExecutor.class).getThreadPoolExecutor();
        while (executor.getActiveCount() > 0 || !executor.getQueue().isEmpty()) {
            Thread.sleep(10);
        }
        gate.flush();
    }

    @Override
    public void close() {
        context.close();
    }
}
