package dev.waybill.outbox.autoconfigure;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxHistory;
import dev.waybill.outbox.OutboxProperties;
import dev.waybill.outbox.Republishing;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.inbox.InboxConfiguration;
import dev.waybill.outbox.inbox.InboxContainers;
import dev.waybill.outbox.relay.Relay;
import dev.waybill.outbox.relay.RelayConfiguration;
import dev.waybill.outbox.relay.RelayProperties;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayConnectionDetails;
import org.springframework.boot.autoconfigure.kafka.KafkaAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.function.SingletonSupplier;

/**
 * The starter: with a {@code DataSource}, Kafka's properties, {@code waybill.outbox.source} and {@code .topic} there is an
 * {@link Outbox} to append to, a relay that publishes what commits, and an inbox for each
 * {@link dev.waybill.outbox.inbox.InboxHandler}.
 */
@AutoConfiguration(after = {FlywayAutoConfiguration.class, KafkaAutoConfiguration.class})
@ConditionalOnSingleCandidate(DataSource.class)
@EnableConfigurationProperties(OutboxProperties.class)
@Import({RelayConfiguration.class, InboxConfiguration.class})
public class OutboxAutoConfiguration {

    @Bean
    OutboxMigration outboxMigration(
            DataSource dataSource, OutboxProperties properties, ObjectProvider<FlywayConnectionDetails> flyway) {
        FlywayConnectionDetails owner = flyway.getIfAvailable();
        if (owner == null || owner.getUsername() == null) {
            return new OutboxMigration(properties.migrate(), dataSource, dataSource);
        }
        DataSourceBuilder<?> builder = DataSourceBuilder.derivedFrom(dataSource)
                .type(SimpleDriverDataSource.class)
                .username(owner.getUsername())
                .password(owner.getPassword());
        if (owner.getJdbcUrl() != null) {
            builder.url(owner.getJdbcUrl());
        }
        return new OutboxMigration(properties.migrate(), builder.build(), dataSource);
    }

    @Bean
    @ConditionalOnMissingBean
    Outbox outbox(
            DataSource dataSource,
            ObjectMapper mapper,
            OutboxProperties properties,
            TraceHeaders trace,
            Relay relay,
            OutboxMigration migrated) {
        return new Outbox(dataSource, mapper, properties, trace, relay::committed);
    }

    @Bean
    @ConditionalOnMissingBean
    OutboxHistory outboxHistory(DataSource dataSource, OutboxProperties properties, RelayProperties relay) {
        return new OutboxHistory(dataSource, properties, relay.name());
    }

    @Bean
    @ConditionalOnMissingBean
    Republishing republishing(DataSource dataSource, RelayProperties relay) {
        return new Republishing(dataSource, relay.name());
    }

    @Bean
    DeadLetters deadLetters(DataSource dataSource) {
        return new DeadLetters(dataSource);
    }

    @Bean
    ClockWatch outboxClockWatch(Relay relay, ObjectProvider<InboxContainers> inboxes) {
        return new ClockWatch(
                System::currentTimeMillis, List.of(relay::renew, () -> inboxes.ifAvailable(InboxContainers::renew)));
    }

    /** The W3C trace context of the calling thread. */
    interface TraceHeaders extends Supplier<Map<String, String>> {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Tracer.class)
    static class Tracing {

        @Bean
        TraceHeaders traceHeaders(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
            // Looked up once: Spring takes longer for it than all else here, and this is called in each transaction.
            Supplier<Tracer> tracing = SingletonSupplier.ofNullable(tracer::getIfAvailable);
            Supplier<Propagator> propagation = SingletonSupplier.ofNullable(propagator::getIfAvailable);
            return () -> {
                Map<String, String> headers = new HashMap<>();
                Tracer current = tracing.get();
                Propagator writer = propagation.get();
                if (current != null && writer != null && current.currentSpan() != null) {
                    writer.inject(current.currentSpan().context(), headers, Map::put);
                }
                return headers;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.micrometer.tracing.Tracer")
    static class NoTracing {

        @Bean
        TraceHeaders noTraceHeaders() {
            return Map::of;
        }
    }
}
