package dev.waybill.shipping;

import dev.waybill.outbox.OutboxProperties;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;

/** Takes orders in and gets them shipped. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ShippingServiceApplication {

    public static void main(String[] args) {
        SpringApplication.run(ShippingServiceApplication.class, args);
    }

    /** The topic this service publishes to. */
    @Bean
    NewTopic shipmentsTopic(OutboxProperties outbox, ShippingProperties properties) {
        return TopicBuilder.name(outbox.topic())
                .partitions(properties.topic().partitions())
                .replicas(properties.topic().replicas())
                .build();
    }
}
