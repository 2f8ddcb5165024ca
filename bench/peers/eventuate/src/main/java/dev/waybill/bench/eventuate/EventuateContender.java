package dev.waybill.bench.eventuate;

import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import io.eventuate.common.flyway.ScriptExecutor;
import io.eventuate.common.jdbc.EventuateSchema;
import io.eventuate.common.jdbc.sqldialect.SqlDialectSelector;
import io.eventuate.local.polling.PollingDao;
import io.eventuate.tram.messaging.common.Message;
import io.eventuate.tram.messaging.producer.MessageBuilder;
import io.eventuate.tram.messaging.producer.MessageProducer;
import io.eventuate.tram.spring.messaging.producer.jdbc.TramMessageProducerJdbcConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** Eventuate Tram: messages go to its outbox with the partition id as their key, and its polling CDC reader brings them on. */
public final class EventuateContender implements Contender {

    /** The service. */
    @SpringBootApplication(proxyBeanMethods = false)
    @Import(TramMessageProducerJdbcConfiguration.class)
    public static class Service {}

    private static final String SCHEMA = EventuateSchema.DEFAULT_SCHEMA;

    private final ConfigurableApplicationContext context;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final MessageProducer producer;
    private final String topic;
    private final Pipeline pipeline;

    private EventuateContender(Settings settings) {
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
                        "spring.datasource.driver-class-name",
                        Pipeline.DRIVER,
                        "spring.datasource.hikari.maximum-pool-size",
                        16,
                        "logging.level.root",
                        "warn"))
                .run();
        jdbc = context.getBean(JdbcTemplate.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        producer = context.getBean(MessageProducer.class);
        topic = settings.topic();
        createTables();
        pipeline = new Pipeline(settings, SCHEMA, context.getBean(SqlDialectSelector.class));
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, EventuateContender::new);
    }

    /** By its own scripts, which name no schema; the one with the slot of a replication is for another reader than ours. */
    private void createTables() {
        transactions.executeWithoutResult(status -> {
            jdbc.execute("CREATE SCHEMA " + SCHEMA + "; SET LOCAL search_path TO " + SCHEMA);
            for (String script : List.of(
                    "flyway/postgresql/V1__eventuate_postgres.sql",
                    "flyway/postgresql/V2__tram_database_postgres.sql",
                    "flyway-templates/postgresql/3.create-message-table.sql")) {
                jdbc.execute(
                        ScriptExecutor.readFileToString(script).replace("${EVENTUATE_OUTBOX_SUFFIX}", "")); // one table
            }
        });
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("Eventuate Tram %s, polling CDC %s, kafka-clients %s, Spring Boot %s"
                .formatted(
                        version(MessageProducer.class),
                        version(PollingDao.class),
                        AppInfoParser.getVersion(),
                        SpringBootVersion.getVersion()));
        lines.addAll(pipeline.describe());
        return lines;
    }

    /** Its jars tell their versions by their names only. */
    private static String version(Class<?> type) {
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceFirst(".*?-(\\d[^/]*)\\.jar$", "$1");
    }

    @Override
    public void transact(Work work, boolean rollBack) {
        transactions.executeWithoutResult(status -> {
            Event event = jdbc.execute((ConnectionCallback<Event>) work::on);
            producer.send(
                    topic,
                    MessageBuilder.withPayload(event.payload())
                            .withHeader(Message.PARTITION_ID, event.key())
                            .build());
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    /** Ids are milliseconds and a number of 16 bits with the machine's address before it; the machine is one that is not. */
    @Override
    public String backlog(String rows) {
        return """
                INSERT INTO %1$s.message (id, destination, headers, payload, published, creation_time)
                SELECT id, '%2$s',
                    '{"PARTITION_ID":"' || key || '","DATE":"' || date || '","DESTINATION":"%2$s","ID":"' || id || '"}',
                    payload, 0, now
                FROM (%3$s) AS event,
                    LATERAL (SELECT round(extract(epoch FROM now()) * 1000)::bigint AS now,
                        to_char(now() AT TIME ZONE 'UTC', 'Dy, DD Mon YYYY HH24:MI:SS "GMT"') AS date) AS time,
                    LATERAL (SELECT lpad(to_hex(now + number / 65536), 16, '0') || '-'
                        || lpad(to_hex(number %% 65536), 16, '0') AS id) AS identity
                """.formatted(SCHEMA, topic, rows);
    }

    @Override
    public void start() {
        pipeline.start();
    }

    @Override
    public void stop() {
        pipeline.stop();
    }

    @Override
    public void close() {
        context.close();
    }
}
