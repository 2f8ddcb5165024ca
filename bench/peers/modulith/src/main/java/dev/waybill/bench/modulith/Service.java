package dev.waybill.bench.modulith;

import dev.waybill.bench.contest.Settings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.support.converter.RecordMessageConverter;

/** A service that depends on the starter for JDBC and on the externalization to Kafka. */
@SpringBootApplication(proxyBeanMethods = false)
class Service {

    @Bean
    static String topic(Settings settings) {
        return settings.topic();
    }

    @Bean
    static Gate kafkaTemplate(ProducerFactory<Object, Object> producers, RecordMessageConverter converter) {
        Gate gate = new Gate(producers);
        gate.setMessageConverter(converter);
        return gate;
    }
}
