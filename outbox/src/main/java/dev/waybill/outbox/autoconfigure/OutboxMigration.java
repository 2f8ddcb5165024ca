package dev.waybill.outbox.autoconfigure;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Creates and updates schema {@code outbox}, under a Flyway history table of its own there, so that versions of the
 * library and of the service never collide.
 *
 * @param wanted whether it is done here at all
 * @param owner connects as the role that owns the schema
 * @param service connects as the role the service runs as; it is granted what the library does, where it is another one
 */
record OutboxMigration(boolean wanted, DataSource owner, DataSource service) implements InitializingBean {

    @Override
    public void afterPropertiesSet() {
        if (!wanted) {
            return;
        }
        String ownerRole = role(owner);
        String serviceRole = role(service);
        Flyway.configure(getClass().getClassLoader())
                .dataSource(owner)
                .locations("classpath:dev/waybill/outbox/migration")
                .defaultSchema("outbox")
                .createSchemas(true)
                .placeholders(Map.of("application-role", serviceRole.equals(ownerRole) ? "" : serviceRole))
                .load()
                .migrate();
    }

    private static String role(DataSource dataSource) {
        return new JdbcTemplate(dataSource).queryForObject("SELECT current_user", String.class);
    }
}
