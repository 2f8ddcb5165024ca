package dev.waybill.outbox.deadletter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;

/** The operator's view of the dead letters, where the service has Spring Boot's actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Endpoint.class)
public class DeadLettersManagementConfiguration {

    @Bean
    LetterQueries letterQueries(DataSource dataSource) {
        return new LetterQueries(dataSource);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    DeadLettersEndpoint deadLettersEndpoint(LetterQueries letters, Remedies remedies) {
        return new DeadLettersEndpoint(letters, remedies);
    }

    @Bean
    HealthIndicator deadLettersHealthIndicator(LetterQueries letters) {
        return new DeadLettersHealth(letters);
    }

    /** Read from the database when a scrape asks, by every instance alike; unknown while the database is away. */
    @Bean
    MeterBinder deadLetterCounts(LetterQueries letters) {
        return meters -> {
            count(meters, DeadLetter.State.FAILED, letters, LetterQueries.Counts::failed);
            count(meters, DeadLetter.State.WAITING, letters, LetterQueries.Counts::waiting);
        };
    }

    private static void count(
            MeterRegistry meters,
            DeadLetter.State state,
            LetterQueries letters,
            ToDoubleFunction<LetterQueries.Counts> value) {
        Gauge.builder("waybill.deadletters", letters, from -> {
                    try {
                        return value.applyAsDouble(from.counts());
                    } catch (DataAccessException e) {
                        return Double.NaN;
                    }
                })
                .tag("state", state.name())
                .description("Letters that something is still to be done about")
                .register(meters);
    }
}
