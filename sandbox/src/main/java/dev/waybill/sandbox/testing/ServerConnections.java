package dev.waybill.sandbox.testing;

import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.flyway.FlywayConnectionDetails;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.autoconfigure.kafka.KafkaConnectionDetails;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.testcontainers.kafka.KafkaContainer;

/**
 * Connects the application of a test to {@link RealServers}, in containers or not, by Boot's service connections; a test
 * imports it. The property {@code waybill.servers.database} says to which database. The application is its role
 * {@code <database>_app} and Flyway its {@code <database>_owner}, or those of {@code waybill.servers.role}.
 */
@Configuration(proxyBeanMethods = false)
public class ServerConnections {

    private static final String DATABASE = "${waybill.servers.database}";
    private static final String ROLE = "${waybill.servers.role:" + DATABASE + "}";

    // Not @ServiceConnection: the container's one login is the superuser's, for the application and for Flyway.
    @Bean
    JdbcConnectionDetails applicationConnection(@Value(DATABASE) String database, @Value(ROLE) String role) {
        return new ApplicationLogin(database, role + "_app");
    }

    @Bean
    FlywayConnectionDetails ownerConnection(@Value(DATABASE) String database, @Value(ROLE) String role) {
        return new OwnerLogin(database, role + "_owner");
    }

    @Bean
    @ServiceConnection
    @Conditional(InContainers.class)
    KafkaContainer kafka() {
        return RealServers.get().kafkaContainer().orElseThrow();
    }

    @Bean
    @ConditionalOnMissingBean(KafkaContainer.class)
    KafkaConnectionDetails kafkaConnection() {
        return () -> List.of(RealServers.get().kafkaBootstrap());
    }

    static class InContainers implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return RealServers.get().kafkaContainer().isPresent();
        }
    }

    /** {@link dev.waybill.sandbox.Databases} gives each role its name as the password. */
    private abstract static class Login {
        private final String database;
        private final String role;

        Login(String database, String role) {
            this.database = database;
            this.role = role;
        }

        public String getJdbcUrl() {
            return RealServers.get().jdbcUrl(database);
        }

        public String getUsername() {
            return role;
        }

        public String getPassword() {
            return role;
        }
    }

    private static final class ApplicationLogin extends Login implements JdbcConnectionDetails {
        ApplicationLogin(String database, String role) {
            super(database, role);
        }
    }

    private static final class OwnerLogin extends Login implements FlywayConnectionDetails {
        OwnerLogin(String database, String role) {
            super(database, role);
        }
    }
}
