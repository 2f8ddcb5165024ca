package dev.waybill.outbox.relay;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;

/** The operator's view, where the service has Spring Boot's actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Endpoint.class)
class RelayManagementConfiguration {

    @Bean
    @ConditionalOnAvailableEndpoint
    RelayEndpoint relayEndpoint(RelayStatus status, RelayOperations operations) {
        return new RelayEndpoint(status, operations);
    }

    @Bean
    @ConditionalOnAvailableEndpoint
    ReplayEndpoint replayEndpoint(Replays replays) {
        return new ReplayEndpoint(replays);
    }

    @Bean
    HealthIndicator relayHealthIndicator(RelayStatus status, RelayOperations operations) {
        return new RelayHealth(status, operations);
    }

    /** Read from the database when a scrape asks, by every instance alike; unknown while the database is away. */
    @Bean
    MeterBinder relayLag(RelayOperations operations) {
        return meters -> {
            lag(
                    meters,
                    "waybill.outbox.lag.events",
                    "Events committed and not published",
                    operations,
                    lag -> lag.events());
            lag(
                    meters,
                    "waybill.outbox.lag.seconds",
                    "Age of the oldest event not published",
                    operations,
                    lag -> lag.seconds());
        };
    }

    private static void lag(
            MeterRegistry meters,
            String name,
            String description,
            RelayOperations operations,
            java.util.function.ToDoubleFunction<RelayOperations.Lag> value) {
        Gauge.builder(name, operations, from -> {
                    try {
                        return value.applyAsDouble(from.lag());
                    } catch (DataAccessException e) {
                        return Double.NaN;
                    }
                })
                .description(description)
                .register(meters);
    }
}
