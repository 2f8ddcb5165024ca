package dev.waybill.shipping;

import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;

/** Takes orders in and gets them shipped. */
@SpringBootApplication
public class ShippingServiceApplication {

    public static void main(String[] args) {
        SpringApplication.run(ShippingServiceApplication.class, args);
    }

    /** The topic this service publishes to. */
    @Bean
    NewTopic shipmentsTopic(
            @Value("${waybill.outbox.topic}") String topic,
            @Value("${shipping.topic.partitions}") int partitions,
            @Value("${shipping.topic.replicas}") short replicas) {
        return TopicBuilder.name(topic)
                .partitions(partitions)
                .replicas(replicas)
                .build();
    }
}
