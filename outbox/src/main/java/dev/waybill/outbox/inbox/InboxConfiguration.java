package dev.waybill.outbox.inbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.DeadLetters;
import java.util.HashMap;
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
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Wires a listener for each {@link InboxHandler}; imported by the starter's auto-configuration. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InboxProperties.class)
@ConditionalOnProperty(name = "waybill.outbox.inbox.enabled", matchIfMissing = true)
public class InboxConfiguration {

    @Bean
    InboxContainers inboxContainers(
            ObjectProvider<InboxHandler> handlers,
            DataSource dataSource,
            DeadLetters deadLetters,
            PlatformTransactionManager transactionManager,
            ObjectMapper mapper,
            ConsumerFactory<?, ?> consumerFactory,
            InboxProperties properties,
            @Value("${spring.kafka.consumer.group-id:${spring.application.name:waybill}}") String group) {
        TransactionTemplate transaction = new TransactionTemplate(transactionManager);
        Sequences sequences = new Sequences(dataSource);
        // Senders may add properties; a receiver that refuses them would have to be deployed first.
        ObjectMapper tolerant = mapper.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        return new InboxContainers(handlers.orderedStream()
                .map(handler -> {
                    Inbox inbox = new Inbox(sequences, deadLetters, handler, tolerant, transaction);
                    return container(
                            new InboxListener(inbox, handler, properties), handler, consumerFactory, properties, group);
                })
                .toList());
    }

    private static ConcurrentMessageListenerContainer<byte[], byte[]> container(
            InboxListener listener,
            InboxHandler handler,
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

        ContainerProperties container = new ContainerProperties(handler.topic());
        container.setMessageListener(listener);
        container.setAckMode(ContainerProperties.AckMode.MANUAL);
        // While it is paused, a poll lasts as long as this; else it returns as soon as there is something.
        container.setPollTimeout(properties.roomInterval().toMillis());

        ConcurrentMessageListenerContainer<byte[], byte[]> listening = new ConcurrentMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                container);
        listening.setBeanName("waybill-inbox-" + handler.topic());
        listening.setConcurrency(properties.concurrency());
        return listening;
    }
}
