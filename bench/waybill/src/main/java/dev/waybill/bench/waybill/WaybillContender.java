package dev.waybill.bench.waybill;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.waybill.bench.contest.Contender;
import dev.waybill.bench.contest.Contest;
import dev.waybill.bench.contest.Event;
import dev.waybill.bench.contest.Settings;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import dev.waybill.outbox.relay.Relay;
import dev.waybill.outbox.relay.RelayProperties;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A service that stands on the library as its users write it: with the library's own defaults. */
public final class WaybillContender implements Contender {

    /** The service. */
    @SpringBootApplication(proxyBeanMethods = false)
    public static class Service {}

    private final ConfigurableApplicationContext context;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Outbox outbox;
    private final Relay relay;

    private WaybillContender(Settings settings) {
        context = new SpringApplicationBuilder(Service.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.datasource.url", settings.jdbcUrl(),
                        "spring.datasource.username", settings.user(),
                        "spring.datasource.password", settings.password(),
                        "spring.datasource.hikari.maximum-pool-size", 16,
                        "spring.kafka.bootstrap-servers", settings.bootstrap(),
                        "waybill.outbox.source", "/bench",
                        "waybill.outbox.topic", settings.topic(),
                        "waybill.outbox.relay.enabled", false)) // until it is told to start
                .run();
        jdbc = context.getBean(JdbcTemplate.class);
        transactions = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        outbox = context.getBean(Outbox.class);
        relay = context.getBean(Relay.class);
    }

    public static void main(String[] arguments) throws Exception {
        Contest.enter(arguments, WaybillContender::new);
    }

    @Override
    public List<String> describe() {
        RelayProperties properties = context.getBean(RelayProperties.class);
        return List.of(
                "Waybill, kafka-clients %s, Spring Boot %s"
                        .formatted(AppInfoParser.getVersion(), SpringBootVersion.getVersion()),
                "its defaults: %,d a read, at most %,d in flight, a look every %d ms"
                        .formatted(
                                properties.batchSize(),
                                properties.maxInFlight(),
                                properties.pollInterval().toMillis()));
    }

    @Override
    public void transact(Work work, boolean rollBack) {
        transactions.executeWithoutResult(status -> {
            Event event = jdbc.execute((ConnectionCallback<Event>) work::on);
            outbox.append(new OutboxEvent(event.key(), event.sequence(), Event.TYPE, new RawValue(event.payload())));
            if (rollBack) {
                status.setRollbackOnly();
            }
        });
    }

    @Override
    public String backlog(String rows) {
        return """
                INSERT INTO outbox.event (source, subject, sequence, type, payload)
                SELECT '/bench', key, sequence, 'order.changed', payload::json FROM (%s) AS event
                """.formatted(rows);
    }

    @Override
    public void start() {
        relay.start();
    }

    @Override
    public void stop() {
        relay.stop();
    }

    @Override
    public void close() {
        context.close();
    }
}
