package dev.waybill.sandbox.testing;

/** One way to have a Postgres and a Kafka. */
interface Servers {
    /** Starts both and waits until they answer. */
    void start();

    /** A JDBC URL up to and with the slash before the database's name. */
    String postgres();

    String kafka();

    /** Stops whatever was started; may be called again. */
    void close();
}
