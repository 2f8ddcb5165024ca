package dev.waybill.outbox.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Connections of the relay's own, beside the service's pool: they are held for as long as the relay works, carry session
 * settings and a session lock, and must not be behind a transaction pooler such as PgBouncer.
 */
final class Connections {

    private static final int MOST_ROWS = 64;
    private static final long MOST_BYTES = DataSize.ofMegabytes(60).toBytes();

    private final SimpleDriverDataSource dataSource;

    /**
     * @param pool the service's {@code DataSource}, whose credentials are taken over, and its address unless there is another
     * @param largestEvent in bytes
     */
    Connections(DataSource pool, RelayProperties properties, long largestEvent, String applicationName) {
        DataSourceBuilder<SimpleDriverDataSource> derived =
                DataSourceBuilder.derivedFrom(pool).type(SimpleDriverDataSource.class);
        if (StringUtils.hasText(properties.url())) {
            derived.url(properties.url());
        }
        this.dataSource = derived.build();
        Duration sessionTimeout = properties.sessionTimeout();
        Properties driver = new Properties();
        driver.setProperty("ApplicationName", applicationName);
        driver.setProperty("tcpKeepAlive", "true");
        driver.setProperty("connectTimeout", "5");
        driver.setProperty("loginTimeout", "5");
        // A network that swallows packets must not hold the relay longer than the server keeps its session.
        driver.setProperty("socketTimeout", Long.toString(Math.max(1, sessionTimeout.toSeconds())));
        driver.setProperty("prepareThreshold", "1");
        // At most so many bytes of a result in memory. A first fetch takes so many rows as fit however large they are,
        // the next ones as many as fit if none is larger than those before: see EventReader for when one is.
        driver.setProperty("maxResultBuffer", "64M");
        driver.setProperty("adaptiveFetch", "true");
        driver.setProperty(
                "defaultRowFetchSize", Long.toString(Math.max(1, Math.min(MOST_ROWS, MOST_BYTES / largestEvent))));
        dataSource.setConnectionProperties(driver);
    }

    Connection open() throws SQLException {
        return dataSource.getConnection();
    }
}
