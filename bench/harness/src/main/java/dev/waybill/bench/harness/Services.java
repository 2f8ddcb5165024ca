package dev.waybill.bench.harness;

import dev.waybill.sandbox.Databases;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.JavaService;
import dev.waybill.sandbox.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The two services, each a process of its own as the sandbox starts it, on databases and topics that are new. */
final class Services implements AutoCloseable {

    static final String ORDERS = "order-service";
    static final String SHIPPING = "shipping-service";
    private static final String POSTGRES = "Postgres";
    private static final String KAFKA = "Kafka";

    /** Customers, carrier and yardstick. */
    private static final String GENERATOR = "the bench itself";

    static final List<String> PARTS = List.of(ORDERS, SHIPPING, POSTGRES, KAFKA, GENERATOR);

    static final String ORDERS_TOPIC = "waybill.orders";

    /** The images' own for a container of 1 GB, and compiled sooner. The sandbox's forgo the second compiler, for the sake of the start. */
    static final List<String> AS_IN_IMAGES = List.of("-Xmx512m", "-XX:+UseSerialGC", Child.SOONER);

    /** The sandbox's. */
    static final List<String> SOON_READY = List.of();

    private static final List<String> TOPICS = List.of(ORDERS_TOPIC, "waybill.shipments");
    private static final Map<String, String> DATABASES = Map.of(ORDERS, "orders", SHIPPING, "shipping");
    private static final Home HOME = new Home(Bench.TARGET.resolve("services"));
    private static final Duration START_WITHIN = Duration.ofMinutes(2);

    /** One that runs. */
    record Service(JavaService process, int port) {
        String url(String path) {
            return "http://127.0.0.1:" + port + path;
        }
    }

    private final Servers servers;
    private final boolean record;
    private final Admin admin;
    private final List<JavaService> running = new ArrayList<>();

    Services(Servers servers, boolean record) throws Exception {
        this.servers = servers;
        this.record = record;
        this.admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrap()));
        servers.logical(false);
        new Databases(servers.jdbcUrl(""), PostgresServer.SUPERUSER, PostgresServer.SUPERUSER).create();
    }

    /**
     * Returns when it is ready.
     *
     * @param more variables
     */
    Service start(String name, List<String> options, Map<String, String> more) throws Exception {
        Map<String, String> environment =
                new HashMap<>(JavaService.database(servers.jdbcUrl(DATABASES.get(name)), DATABASES.get(name)));
        environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", servers.bootstrap());
        environment.putAll(more);
        int port = FreePort.find();
        Path jar = Bench.FOLDER.resolveSibling(name).resolve("target").resolve(name + ".jar");
        JavaService process = options.equals(SOON_READY)
                ? new JavaService(name, HOME, jar, port, FreePort.find(), environment)
                : new JavaService(name, HOME, jar, port, FreePort.find(), environment, recorded(name, options));
        running.add(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::stop));
        process.start();
        process.awaitReady(START_WITHIN);
        return new Service(process, port);
    }

    private List<String> recorded(String name, List<String> options) throws Exception {
        List<String> all = new ArrayList<>(options);
        if (record) {
            Path logs = Files.createDirectories(Bench.TARGET.resolve("logs"));
            all.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + logs.resolve(name + "-" + System.currentTimeMillis() + ".jfr"));
        }
        return all;
    }

    /** How many records a topic has got. */
    long records(String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .forEach(partition -> ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(end -> end.offset())
                .sum();
    }

    /** How many records of the orders' topic shipping has done with, in its database and then in Kafka. */
    long taken() throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(SHIPPING)
                .partitionsToOffsetAndMetadata()
                .get();
        return offsets.values().stream()
                .mapToLong(offset -> offset == null ? 0 : offset.offset())
                .sum();
    }

    long count(String database, String sql) throws SQLException {
        return Long.parseLong(servers.query(database, sql));
    }

    long shipments(String where) throws SQLException {
        return count("shipping", "SELECT count(*) FROM shipping.shipment WHERE " + where);
    }

    /** Processor seconds used so far by each of {@link #PARTS}. */
    double[] cpuSeconds() throws IOException {
        double[] used = new double[PARTS.size()];
        for (JavaService service : running) {
            used[PARTS.indexOf(service.name())] = Machine.cpuSeconds(service.pid());
        }
        used[PARTS.indexOf(POSTGRES)] = Machine.cpuSeconds(servers.postgresPid());
        used[PARTS.indexOf(KAFKA)] = Machine.cpuSeconds(servers.kafkaPid());
        used[PARTS.indexOf(GENERATOR)] = Machine.ownCpuSeconds();
        return used;
    }

    /** Waits until it is so many, at most five minutes. */
    static void await(String what, long wanted, Callable<Long> count) throws Exception {
        long begin = System.nanoTime();
        for (long now = count.call(); now != wanted; now = count.call()) {
            if (System.nanoTime() - begin > Duration.ofMinutes(5).toNanos()) {
                throw new IllegalStateException("%s: %,d, not %,d".formatted(what, now, wanted));
            }
            Thread.sleep(50);
        }
    }

    void stop(String name) {
        running.removeIf(service -> {
            boolean it = service.name().equals(name);
            if (it) {
                service.stop();
            }
            return it;
        });
    }

    void stop() {
        running.forEach(JavaService::stop);
        running.clear();
    }

    @Override
    public void close() throws Exception {
        stop();
        for (String database : DATABASES.values()) {
            servers.dropDatabase(database);
        }
        Set<String> topics = admin.listTopics().names().get();
        admin.deleteTopics(TOPICS.stream().filter(topics::contains).toList())
                .all()
                .get();
        Collection<String> groups = admin.listConsumerGroups().all().get().stream()
                .map(ConsumerGroupListing::groupId)
                .filter(DATABASES::containsKey)
                .toList();
        admin.deleteConsumerGroups(groups).all().get();
        admin.close();
    }
}
