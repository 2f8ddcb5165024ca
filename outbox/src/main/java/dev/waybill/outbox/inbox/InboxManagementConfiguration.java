package dev.waybill.outbox.inbox;

import java.util.SortedMap;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The operator's view of the inbox, where the service has Spring Boot's actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Endpoint.class)
class InboxManagementConfiguration {

    /** DOWN while the broker does not let this instance listen: somebody has to give it its user or its rights. */
    @Bean
    HealthIndicator inboxHealthIndicator(Admission admission) {
        return () -> {
            SortedMap<String, String> refused = admission.refused();
            return refused.isEmpty()
                    ? Health.up().build()
                    : Health.down().withDetail("refused", refused).build();
        };
    }
}
