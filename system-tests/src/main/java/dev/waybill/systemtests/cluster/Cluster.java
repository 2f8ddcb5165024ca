package dev.waybill.systemtests.cluster;

import dev.waybill.sandbox.CarrierServer;
import dev.waybill.sandbox.Console;
import dev.waybill.sandbox.Databases;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.JavaService;
import dev.waybill.sandbox.KafkaServer;
import dev.waybill.sandbox.Keeper;
import dev.waybill.sandbox.Part;
import dev.waybill.sandbox.PostgresServer;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Port;
import dev.waybill.systemtests.wire.Link;
import dev.waybill.systemtests.wire.Protocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The system as the sandbox starts it, with one or two instances of each service, and between each of them and each
 * server a link that can be broken. What dies is started again, as {@code ./run} would.
 */
public final class Cluster implements Endpoints, AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private final Home home;
    private final Console console;
    private final Set<Integer> taken = new HashSet<>();
    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final CarrierServer carrier;
    private final List<Instance> instances = new ArrayList<>();
    private final List<Keeper> keepers = new ArrayList<>();
    private final Thread lastResort = new Thread(this::close, "end-the-cluster");

    /**
     * @param project where the services were built and the carrier's mappings are
     * @param folder for everything that the system writes
     * @param count how many instances of each service
     * @param environment what more variables an instance gets, by its name
     */
    public Cluster(
            Path project, Path folder, int count, Function<String, Map<String, String>> environment, Console console) {
        this.home = new Home(folder);
        this.console = console;
        this.postgres = new PostgresServer(home, freePort());
        Map<Integer, Integer> advertised = new HashMap<>();
        List<int[]> kafkaPorts = new ArrayList<>();
        for (int i = 0; i < 2 * count; i++) {
            int[] ports = {freePort(), freePort()};
            kafkaPorts.add(ports);
            advertised.put(ports[1], ports[0]);
        }
        this.kafka = new KafkaServer(home, freePort(), advertised);
        this.carrier =
                new CarrierServer(home, freePort(), project.resolve("sandbox").resolve("carrier"));
        for (int number = 1; number <= count; number++) {
            for (String service : List.of(Instance.ORDERS, Instance.SHIPPING)) {
                instances.add(instance(project, service, number, kafkaPorts.remove(0), environment));
            }
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    private Instance instance(
            Path project, String service, int number, int[] kafkaPorts, Function<String, Map<String, String>> more) {
        String name = service + "-" + number;
        String database = service.substring(0, service.indexOf('-')).replace("order", "orders");
        Link toPostgres = new Link(name + " to postgres", freePort(), postgres.port(), Protocol.POSTGRES);
        Link toKafka = new Link(name + " to kafka", kafkaPorts[0], kafkaPorts[1], Protocol.KAFKA);
        String url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(toPostgres.port(), database);
        Map<String, String> environment = new HashMap<>(JavaService.database(url, database));
        environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + toKafka.port());
        Link toCarrier = null;
        if (service.equals(Instance.SHIPPING)) {
            toCarrier = new Link(name + " to carrier", freePort(), carrier.port(), Protocol.HTTP);
            environment.put("SHIPPING_CARRIER_URL", "http://127.0.0.1:" + toCarrier.port());
        }
        environment.putAll(more.apply(name));
        int port = freePort();
        int managementPort = freePort();
        Path jar = project.resolve(service).resolve("target").resolve(service + ".jar");
        JavaService process = new JavaService(name, home, jar, port, managementPort, environment);
        return new Instance(service, process, port, managementPort, toPostgres, toKafka, toCarrier);
    }

    private int freePort() {
        int port = Port.choose(taken);
        taken.add(port);
        return port;
    }

    /** Starts everything and returns when all is ready. */
    public void start() {
        List<Keeper> servers =
                Stream.of(postgres, kafka, carrier).map(this::keep).toList();
        servers.get(0).firstReady().join();
        new Databases("jdbc:postgresql://127.0.0.1:%d/".formatted(postgres.port()), "postgres", "postgres").create();
        List<Keeper> services =
                instances.stream().map(Instance::process).map(this::keep).toList();
        Stream.of(servers, services)
                .flatMap(List::stream)
                .forEach(keeper -> keeper.firstReady()
                        .orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join());
    }

    private Keeper keep(Part part) {
        Keeper keeper = new Keeper(part, console);
        keepers.add(keeper);
        keeper.start();
        return keeper;
    }

    public PostgresServer postgres() {
        return postgres;
    }

    public KafkaServer kafkaServer() {
        return kafka;
    }

    public CarrierServer carrierServer() {
        return carrier;
    }

    public List<Instance> instances() {
        return instances;
    }

    /** Those of one service. */
    public List<Instance> instances(String service) {
        return instances.stream()
                .filter(instance -> instance.service().equals(service))
                .toList();
    }

    /** Servers and services. */
    public List<Part> parts() {
        List<Part> all = new ArrayList<>(List.of(postgres, kafka, carrier));
        instances.forEach(instance -> all.add(instance.process()));
        return all;
    }

    @Override
    public boolean isReady() {
        return instances.stream().allMatch(Instance::isReady);
    }

    @Override
    public int port(Port port) {
        return switch (port) {
            case ORDER_SERVICE -> instances(Instance.ORDERS).get(0).port();
            case ORDER_SERVICE_MANAGEMENT -> instances(Instance.ORDERS).get(0).managementPort();
            case SHIPPING_SERVICE -> instances(Instance.SHIPPING).get(0).port();
            case SHIPPING_SERVICE_MANAGEMENT ->
                instances(Instance.SHIPPING).get(0).managementPort();
            case CARRIER -> carrier.port();
            case POSTGRES -> postgres.port();
            case KAFKA -> kafka.port();
        };
    }

    /** Stops everything, the services first. */
    @Override
    public void close() {
        List<Keeper> reversed = new ArrayList<>(keepers);
        Collections.reverse(reversed);
        reversed.forEach(Keeper::stop);
        instances.stream().flatMap(instance -> instance.links().stream()).forEach(Link::close);
        if (Thread.currentThread() != lastResort) {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }
}
