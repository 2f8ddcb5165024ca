package dev.waybill.sandbox.testing;

import java.util.Optional;
import org.testcontainers.kafka.KafkaContainer;

/** One way to have a Postgres and a Kafka. */
interface Servers {
    /** Starts both and waits until they answer. */
    void start();

    /** A JDBC URL up to and with the slash before the database's name. */
    String postgres();

    String kafka();

    default Optional<KafkaContainer> kafkaContainer() {
        return Optional.empty();
    }

    /** Stops whatever was started; may be called again. */
    void close();
}
