package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.DeadLetters;
import dev.waybill.outbox.deadletter.DeadLettersManagementConfiguration;
import dev.waybill.outbox.deadletter.Remedies;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Wires an inbox and a listener for each {@link InboxHandler}, and what operators can do about dead letters, also of an
 * instance that does not listen; imported by the starter's auto-configuration.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InboxProperties.class)
@Import({DeadLettersManagementConfiguration.class, InboxManagementConfiguration.class})
public class InboxConfiguration {

    @Bean
    Sequences inboxSequences(DataSource dataSource) {
        return new Sequences(dataSource);
    }

    @Bean
    Ids inboxIds(DataSource dataSource) {
        return new Ids(dataSource);
    }

    @Bean
    Inboxes inboxes(
            ObjectProvider<InboxHandler> handlers,
            Sequences sequences,
            Ids ids,
            DeadLetters deadLetters,
            PlatformTransactionManager transactionManager,
            ObjectMapper mapper,
            InboxProperties properties,
            ObjectProvider<MeterRegistry> meters) {
        TransactionTemplate transaction = new TransactionTemplate(transactionManager);
        MeterRegistry registry = meters.getIfAvailable(SimpleMeterRegistry::new);
        Map<String, Inbox> byTopic = new LinkedHashMap<>();
        handlers.orderedStream().forEach(handler -> {
            Inbox inbox = new Inbox(
                    sequences,
                    ids,
                    deadLetters,
                    handler,
                    new EventParser(tolerant(mapper), handler.types(), properties.maxEventSize()),
                    transaction,
                    new InboxMeters(registry, handler.topic()),
                    properties.acceptFirstSequence());
            if (byTopic.put(handler.topic(), inbox) != null) {
                throw new IllegalStateException(
                        "there are two InboxHandlers for " + handler.topic() + "; one is needed");
            }
        });
        return new Inboxes(byTopic);
    }

    @Bean
    Admission inboxAdmission() {
        return new Admission();
    }

    /** Senders may add properties; a receiver that refuses them would have to be deployed first. */
    static ObjectMapper tolerant(ObjectMapper mapper) {
        return mapper.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Bean
    Remedies remedies(
            Sequences sequences,
            Ids ids,
            DeadLetters deadLetters,
            Inboxes inboxes,
            PlatformTransactionManager transactionManager) {
        return new InboxRemedies(sequences, ids, deadLetters, inboxes, new TransactionTemplate(transactionManager));
    }

    @Bean
    Housekeeping inboxHousekeeping(DeadLetters deadLetters, Ids ids, Inboxes inboxes, InboxProperties properties) {
        return new Housekeeping(deadLetters, ids, inboxes, properties);
    }

    @Bean
    @ConditionalOnProperty(name = "waybill.outbox.inbox.enabled", matchIfMissing = true)
    InboxContainers inboxContainers(
            Inboxes inboxes,
            ConsumerFactory<?, ?> consumerFactory,
            InboxProperties properties,
            Admission admission,
            @Value("${spring.kafka.consumer.group-id:}") String ownGroup,
            @Value("${spring.application.name:}") String application) {
        String group = ownGroup.isBlank() ? application : ownGroup;
        if (group.isBlank() && !inboxes.topics().isEmpty()) {
            // A default would be shared by all services without a name: each of them got but a part of the events.
            throw new IllegalStateException(
                    "who listens to %s needs a consumer group of its own: set spring.kafka.consumer.group-id or spring.application.name"
                            .formatted(String.join(", ", inboxes.topics())));
        }
        return new InboxContainers(
                inboxes.byTopic().values().stream()
                        .map(inbox -> container(
                                inbox.topic(),
                                new InboxListener(inbox, properties),
                                consumerFactory,
                                properties,
                                group))
                        .toList(),
                admission,
                properties.longestBackOff());
    }

    private static ConcurrentMessageListenerContainer<byte[], byte[]> container(
            String topic,
            InboxListener listener,
            ConsumerFactory<?, ?> configured,
            InboxProperties properties,
            String group) {
        Map<String, Object> config = new HashMap<>(configured.getConfigurationProperties());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A group without an offset begins at the beginning: the inbox knows what it has applied, so nothing is done
        // twice and nothing is missed.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000); // a topic made later is soon found

        ContainerProperties container = new ContainerProperties(topic);
        container.setMessageListener(listener);
        container.setAckMode(ContainerProperties.AckMode.MANUAL);
        // While it is paused, a poll lasts as long as this; else it returns as soon as there is something.
        container.setPollTimeout(properties.roomInterval().toMillis());
        // Else a listener that is refused once, for want of a user or a right, ends for good.
        container.setAuthExceptionRetryInterval(properties.longestBackOff());

        ConcurrentMessageListenerContainer<byte[], byte[]> listening = new ConcurrentMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                container);
        listening.setBeanName("waybill-inbox-" + topic);
        listening.setConcurrency(properties.concurrency());
        return listening;
    }
}
