package dev.waybill.bench.gruelbox;

import com.gruelbox.transactionoutbox.TransactionOutbox;
import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The transaction-outbox of gruelbox: a call is written down in the transaction and made after it. */
public final class GruelboxContender implements Contender {

    private static final int WRITERS = 16;

    private final Settings settings;
    private final Tuning tuning;
    private final ConfigurableApplicationContext context;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final TransactionOutbox outbox;
    private final Gate gate;
    private final Worker worker;

    private GruelboxContender(Settings settings) {
        this.settings = settings;
        tuning = settings.tuned() ? Tuning.best() : Tuning.none();
        // Each writer, each who publishes, and the worker have a connection.
        Map<String, Object> properties = new HashMap<>(Map.of(
                "logging.level.root", "WARN",
                "spring.datasource.url", settings.jdbcUrl(),
                "spring.datasource.username", settings.user(),
                "spring.datasource.password", settings.password(),
                "spring.datasource.hikari.maximum-pool-size", WRITERS + tuning.threads() + 1,
                "spring.kafka.bootstrap-servers", settings.bootstrap(),
                "spring.kafka.producer.acks", "all"));
        if (settings.tuned()) {
            properties.put("spring.kafka.producer.compression-type", "lz4");
        }
        context = new SpringApplicationBuilder(Service.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .initializers(service -> {
                    service.getBeanFactory().registerSingleton("settings", settings);
                    service.getBeanFactory().registerSingleton("tuning", tuning);
                })
                .run();
        jdbc = context.getBean(JdbcTemplate.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        outbox = context.getBean(TransactionOutbox.class);
        gate = context.getBean(Gate.class);
        worker = new Worker(outbox, () -> gate.isOpen() && tuning.room().getAsBoolean(), tuning.pause());
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, GruelboxContender::new);
    }

    @Override
    public List<String> describe() {
        return List.of(
                "gruelbox transaction-outbox 4.2.268, kafka-clients %s, Spring Boot %s"
                        .formatted(AppInfoParser.getVersion(), SpringBootVersion.getVersion()),
                "%d threads, flush every %d ms, 4,096 a flush, tried again after %d s"
                        .formatted(
                                tuning.threads(),
                                tuning.pause().toMillis(),
                                tuning.attemptFrequency().toSeconds()),
                settings.tuned() ? "lz4; flushes only while its queue of 16,384 has room" : "the producer's defaults");
    }

    @Override
    public void transact(Work work, boolean rollBack) {
        transactions.executeWithoutResult(status -> {
            Event event = jdbc.execute((ConnectionCallback<Event>) work::on);
            publish(event);
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    private void publish(Event event) {
        try {
            outbox.schedule(Publisher.class).publish(event.key(), event.payload());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if written longer ago than the attempt frequency: sooner than that no flush would look at it. */
    @Override
    public String backlog(String rows) {
        return """
                INSERT INTO txno_outbox (id, invocation, nextattempttime, attempts, blocked, processed, version)
                SELECT gen_random_uuid(),
                       '{"c":"publisher","m":"publish","p":["String","String"],"a":[{"t":"String","v":' || to_json(key)
                           || '},{"t":"String","v":' || to_json(payload) || '}]}',
                       localtimestamp, 0, false, false, 0
                FROM (%s) AS event
                """.formatted(rows);
    }

    @Override
    public void start() {
        gate.open();
        worker.start();
    }

    @Override
    public void stop() throws InterruptedException {
        gate.shut();
        worker.stop();
    }

    @Override
    public void close() {
        context.close();
    }
}
