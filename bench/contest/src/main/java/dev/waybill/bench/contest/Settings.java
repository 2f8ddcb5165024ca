package dev.waybill.bench.contest;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * Where a contender works, and how it is set up.
 *
 * @param jdbcUrl of an empty database, which is the contender's alone
 * @param user who owns it
 * @param topic exists, has four partitions
 * @param tuned whether the settings are the best that its documentation tells of, else its defaults
 */
public record Settings(String jdbcUrl, String user, String password, String bootstrap, String topic, boolean tuned) {

    static Settings of(String[] arguments) {
        return new Settings(
                arguments[0],
                arguments[1],
                arguments[2],
                arguments[3],
                arguments[4],
                Boolean.parseBoolean(arguments[5]));
    }

    /** Connections to the database, for who has no pool of its own. */
    public HikariDataSource pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }
}
