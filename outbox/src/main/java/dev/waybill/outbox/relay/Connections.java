package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Connections of the relay's own, beside the service's pool: they are held for as long as the relay works, carry session
 * settings and a session lock, and must not be behind a transaction pooler such as PgBouncer.
 */
final class Connections {

    private final SimpleDriverDataSource dataSource;

    /** @param pool the service's {@code DataSource}, whose address and credentials are taken over */
    Connections(DataSource pool, String applicationName, Duration sessionTimeout) {
        this.dataSource = DataSourceBuilder.derivedFrom(pool)
                .type(SimpleDriverDataSource.class)
                .build();
        Properties driver = new Properties();
        driver.setProperty("ApplicationName", applicationName);
        driver.setProperty("tcpKeepAlive", "true");
        driver.setProperty("connectTimeout", "5");
        driver.setProperty("loginTimeout", "5");
        // A network that swallows packets must not hold the relay longer than the server keeps its session.
        driver.setProperty("socketTimeout", Long.toString(Math.max(1, sessionTimeout.toSeconds())));
        driver.setProperty("prepareThreshold", "1");
        // Large events: at most so many bytes of a result in memory, the number of rows a fetch adapts to it.
        driver.setProperty("maxResultBuffer", "64M");
        driver.setProperty("adaptiveFetch", "true");
        driver.setProperty("defaultRowFetchSize", "64");
        dataSource.setConnectionProperties(driver);
    }

    Connection open() throws SQLException {
        return dataSource.getConnection();
    }
}
