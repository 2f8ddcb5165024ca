package dev.waybill.outbox.inbox;

import java.util.SortedMap;
import org.springframework.beans.factory.ObjectProvider;
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

    /**
     * DOWN while the broker does not let this instance listen: somebody has to give it its user or its rights. Also while a
     * listener has ended.
     */
    @Bean
    HealthIndicator inboxHealthIndicator(Admission admission, ObjectProvider<InboxContainers> containers) {
        return () -> {
            Health.Builder health = Health.up();
            tell(health, "refused", admission.refused());
            containers.ifAvailable(listeners -> tell(health, "ended", listeners.ended()));
            return health.build();
        };
    }

    private static void tell(Health.Builder health, String what, SortedMap<String, String> byTopic) {
        if (!byTopic.isEmpty()) {
            health.down().withDetail(what, byTopic);
        }
    }
}
