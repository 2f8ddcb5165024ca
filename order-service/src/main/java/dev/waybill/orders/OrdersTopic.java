package dev.waybill.orders;

import dev.waybill.outbox.OutboxProperties;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.TopicBuilder;

/** Declares the topic of the order events; the outbox's relay makes it, as soon as Kafka answers. */
@Configuration(proxyBeanMethods = false)
class OrdersTopic {

    @Bean
    NewTopic topic(OutboxProperties outbox, OrdersProperties orders) {
        return TopicBuilder.name(outbox.topic())
                .partitions(orders.topic().partitions())
                .replicas(orders.topic().replicas())
                .build();
    }
}
