package dev.waybill.bench.contest;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * One way to get events out of Postgres into Kafka, as its users would write it. {@link Contest} runs it in a process of its
 * own, on a database and a topic of its own; its tables are there when its constructor returns, and nothing is published yet.
 */
public interface Contender extends AutoCloseable {

    /** What is done in the business transaction, on its connection, and the event that tells of it. */
    interface Work {
        Event on(Connection connection) throws SQLException;
    }

    /** The first line is the name with its version, further ones are the settings that make a difference. */
    List<String> describe();

    /**
     * Runs one business transaction and appends its event in it by the contender's own means. Called by many threads at once.
     *
     * @param rollBack whether the transaction is rolled back after that
     */
    void transact(Work work, boolean rollBack) throws Exception;

    /**
     * The statement that leaves behind what as many appends would, while nothing is published.
     *
     * @param rows a query with columns {@code number, key, sequence, payload}
     */
    String backlog(String rows);

    /** Begins to publish, with what is waiting. May be called again after {@link #stop}. */
    void start() throws Exception;

    /** Publishes nothing more when it returns; what is not published yet waits. */
    void stop() throws Exception;

    @Override
    void close() throws Exception;
}
