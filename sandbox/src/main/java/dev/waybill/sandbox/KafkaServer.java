package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Kafka 4.1 on 127.0.0.1: one node that is broker and controller (KRaft), with topics only as clients create them and
 * a heap of 512 MB. Needs kafka-clients on the classpath of the JVM that starts it, of any version from 3.9 on.
 */
public final class KafkaServer extends Part {
    private static final String LOGGING = "-Dlogback.configurationFile=dev/waybill/sandbox/logback-kafka.xml";
    private static final Duration FORMAT_LIMIT = Duration.ofMinutes(1);

    private final int port;
    private final Map<Integer, Integer> forwarded;

    public KafkaServer(Home home, int port) {
        this(home, port, Map.of());
    }

    /**
     * One that is also reached through others, such as proxies, on 127.0.0.1: clients go where the broker says, so it has to
     * say where those are.
     *
     * @param forwarded by the port of its own that is forwarded to, the port where clients reach whoever forwards
     */
    public KafkaServer(Home home, int port, Map<Integer, Integer> forwarded) {
        super("kafka", home);
        this.port = port;
        this.forwarded = new TreeMap<>(forwarded);
    }

    public int port() {
        return port;
    }

    /** What clients call {@code bootstrap.servers}. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    @Override
    void prepare() {
        Path logs = data().resolve("log");
        try {
            Files.createDirectories(data());
            // The quorum is stated here and not in the log, so the controller's port may change with every start.
            // A killed broker is registered again only when its former session is over; the usual 9 s would be a wait.
            Files.writeString(properties(), """
                    process.roles=broker,controller
                    node.id=1
                    listeners=BROKER://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d%4$s
                    advertised.listeners=BROKER://127.0.0.1:%1$d%5$s
                    listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT%6$s
                    inter.broker.listener.name=BROKER
                    controller.listener.names=CONTROLLER
                    controller.quorum.voters=1@127.0.0.1:%2$d
                    broker.heartbeat.interval.ms=500
                    broker.session.timeout.ms=3000
                    log.dirs=%3$s
                    auto.create.topics.enable=false
                    offsets.topic.replication.factor=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    share.coordinator.state.topic.replication.factor=1
                    share.coordinator.state.topic.min.isr=1
                    group.initial.rebalance.delay.ms=0
                    """.formatted(
                            port,
                            FreePort.find(),
                            logs,
                            more((own, far) -> "FORWARDED%d://127.0.0.1:%d".formatted(own, own)),
                            more((own, far) -> "FORWARDED%d://127.0.0.1:%d".formatted(own, far)),
                            more((own, far) -> "FORWARDED%d:PLAINTEXT".formatted(own))));
        } catch (IOException e) {
            throw new SandboxException("Cannot write " + properties(), e);
        }
        if (!Files.exists(logs.resolve("meta.properties"))) {
            format();
        }
    }

    @Override
    Launch launch() {
        List<String> command = RuntimeClasspath.java("-Xms256m", "-Xmx512m", LOGGING, "kafka.Kafka");
        command.add(properties().toString());
        return new Launch(command, RuntimeClasspath.environment());
    }

    @Override
    boolean answers() {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap(), "request.timeout.ms", 2000, "default.api.timeout.ms", 2000);
        // Without this check the client would log its vain attempts.
        if (FreePort.isFree(port)) {
            return false;
        }
        try (Admin admin = Admin.create(config)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false; // not yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("Interrupted while waiting for Kafka", e);
        }
    }

    /** Goes on with a list: a listener has a name of its own for each way to advertise it. */
    private String more(BiFunction<Integer, Integer, String> entry) {
        return forwarded.entrySet().stream()
                .map(each -> "," + entry.apply(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
    }

    private void format() {
        List<String> command = RuntimeClasspath.java("-XX:TieredStopAtLevel=1", LOGGING, "kafka.tools.StorageTool");
        command.addAll(List.of(
                "format",
                "--cluster-id",
                Uuid.randomUuid().toString(),
                "--config",
                properties().toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(RuntimeClasspath.environment());
        Processes.run(builder, log(), FORMAT_LIMIT);
    }

    private Path properties() {
        return data().resolve("server.properties");
    }
}
