package dev.waybill.outbox.relay;

import dev.waybill.outbox.OutboxProperties;
import dev.waybill.outbox.deadletter.DeadLetters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/** Wires the relay; imported by the starter's auto-configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RelayProperties.class)
@Import(RelayManagementConfiguration.class)
public class RelayConfiguration {

    @Bean
    Relay relay(
            DataSource dataSource,
            OutboxProperties outbox,
            RelayProperties properties,
            ProducerFactory<?, ?> configured,
            KafkaAdmin admin,
            ObjectProvider<NewTopic> declared,
            DeadLetters deadLetters,
            Replays replays,
            RelayStatus status) {
        long largestEvent = outbox.maxEventSize().toBytes();
        String holder = ManagementFactory.getRuntimeMXBean().getName(); // pid@host
        Connections connections =
                new Connections(dataSource, properties, largestEvent, "waybill relay " + properties.name());
        Topics topics = new Topics(
                admin.getConfigurationProperties(), declared.orderedStream().toList(), outbox.topic(), largestEvent);
        Map<String, Object> producerConfig = configured.getConfigurationProperties();
        Duration mostBlocking = properties.sessionTimeout().dividedBy(5);
        return new Relay(
                properties,
                connections,
                topics,
                () -> new EventProducer(
                        EventProducer.kafka(producerConfig, largestEvent, mostBlocking), outbox.topic()),
                new Notifications(connections, properties.name(), properties.readInterval()),
                deadLetters,
                new Retention(new JdbcTemplate(dataSource), properties.retention(), properties.retentionChunk()),
                replays,
                status,
                holder);
    }

    @Bean
    RelayStatus relayStatus(ObjectProvider<MeterRegistry> meters) {
        return new RelayStatus(meters.getIfAvailable(SimpleMeterRegistry::new));
    }

    @Bean
    RelayOperations relayOperations(DataSource dataSource, RelayProperties properties) {
        return new RelayOperations(new JdbcTemplate(dataSource), properties.name());
    }

    @Bean
    Replays replays(DataSource dataSource, OutboxProperties outbox, RelayProperties properties) {
        return new Replays(new JdbcTemplate(dataSource), properties.name(), outbox.topic(), properties.replayRate());
    }

    /** The relay makes the topics as soon as the broker answers; a start must not wait for it. */
    @Bean
    static BeanPostProcessor leaveTopicsToTheRelay() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof KafkaAdmin admin) {
                    admin.setAutoCreate(false);
                }
                return bean;
            }
        };
    }
}
