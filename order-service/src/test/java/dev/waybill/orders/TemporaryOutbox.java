package dev.waybill.orders;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxProperties;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

@TestConfiguration
@EnableConfigurationProperties(OutboxProperties.class)
class TemporaryOutbox {
    @Bean
    Outbox outbox(DataSource dataSource, ObjectMapper json, OutboxProperties properties, Environment env) {
        Flyway.configure()
                .dataSource(env.getProperty("spring.datasource.url"), "orders_owner", "orders_owner")
                .locations("classpath:dev/waybill/outbox/migration")
                .defaultSchema("outbox")
                .placeholders(Map.of("application-role", "orders_app"))
                .load()
                .migrate();
        return new Outbox(dataSource, json, properties, Map::of, n -> {});
    }
}
