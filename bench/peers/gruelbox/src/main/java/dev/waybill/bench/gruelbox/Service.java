package dev.waybill.bench.gruelbox;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.SpringInstantiator;
import com.gruelbox.transactionoutbox.SpringTransactionManager;
import com.gruelbox.transactionoutbox.SpringTransactionOutboxConfiguration;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import dev.waybill.bench.contest.Settings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.kafka.core.KafkaTemplate;

/** A service with the outbox as a bean. */
@SpringBootApplication(proxyBeanMethods = false)
@Import(SpringTransactionOutboxConfiguration.class)
class Service {

    @Bean
    static Gate gate(Tuning tuning) {
        return new Gate(tuning.submitter());
    }

    @Bean
    static Publisher publisher(KafkaTemplate<String, String> kafka, Settings settings) {
        return new Publisher(kafka, settings.topic());
    }

    @Bean
    @Lazy
    static TransactionOutbox outbox(
            SpringTransactionManager transactions, SpringInstantiator instantiator, Gate gate, Tuning tuning) {
        return TransactionOutbox.builder()
                .instantiator(instantiator)
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .submitter(gate)
                .attemptFrequency(tuning.attemptFrequency())
                .build();
    }
}
