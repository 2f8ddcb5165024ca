package dev.waybill.bench.harness;

import dev.waybill.sandbox.PostgresServer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A contender's process on a database and a topic that are its alone. */
final class Stage implements AutoCloseable {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Servers servers;
    private final Entry entry;
    private final boolean record;
    private final String name;
    private final String topic;
    private final Child child;
    private int runs;
    private int companions;

    Stage(Servers servers, Entry entry, boolean record) throws Exception {
        int number = NUMBERS.incrementAndGet();
        this.servers = servers;
        this.entry = entry;
        this.record = record;
        this.name = "bench_" + number;
        this.topic = "bench." + number;
        servers.logical(entry.readsTheLog());
        servers.createDatabase(name);
        servers.createTopic(topic);
        try {
            this.child = child(number + "-" + entry.id());
        } catch (Exception e) {
            servers.dropDatabase(name); // with its slot, with which the server would not start as before
            throw e;
        }
    }

    private Child child(String process) throws Exception {
        return Child.start(
                process,
                entry,
                record,
                List.of(
                        servers.jdbcUrl(name),
                        PostgresServer.SUPERUSER,
                        PostgresServer.SUPERUSER,
                        servers.bootstrap(),
                        topic,
                        Boolean.toString(entry.tuned())));
    }

    Entry entry() {
        return entry;
    }

    Child child() {
        return child;
    }

    /** Another process of the same service. */
    Child companion() throws Exception {
        return child(name + "-" + entry.id() + "-companion-" + ++companions);
    }

    /** A name for what is written next. */
    String nextRun() {
        return "r" + ++runs;
    }

    Receiver counting() {
        return Receiver.counting(servers.bootstrap(), topic);
    }

    Receiver listening(Receiver.Ear ear) {
        return Receiver.listening(servers.bootstrap(), topic, ear);
    }

    /** What autovacuum and the checkpointer would do sooner or later, in the middle of some round. */
    void tidy() throws SQLException {
        servers.execute(name, "VACUUM (ANALYZE)");
        servers.execute(name, "CHECKPOINT");
    }

    /** Processor seconds used so far by the process, PostgreSQL and Kafka. */
    double[] cpuSeconds() throws IOException {
        return new double[] {
            Machine.cpuSeconds(child.pid()),
            Machine.cpuSeconds(servers.postgresPid()),
            Machine.cpuSeconds(servers.kafkaPid())
        };
    }

    @Override
    public void close() throws Exception {
        child.close();
        servers.dropDatabase(name);
        servers.deleteTopic(topic);
    }
}
