package dev.waybill.systemtests;

import dev.waybill.sandbox.CarrierServer;
import dev.waybill.sandbox.Console;
import dev.waybill.sandbox.Databases;
import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import dev.waybill.sandbox.JavaService;
import dev.waybill.sandbox.KafkaServer;
import dev.waybill.sandbox.Keeper;
import dev.waybill.sandbox.PostgresServer;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Port;
import dev.waybill.systemtests.wire.Link;
import dev.waybill.systemtests.wire.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole of Waybill with a {@link Link} between each service and each of its servers. What dies is started again. */
final class Wired implements Endpoints, AutoCloseable {

    private static final Path BUILT = Path.of("..").toAbsolutePath().normalize();

    private record Ends(Part service, Part server) {}

    private final Home home;
    private final Map<Port, Integer> ports = Port.choose();
    private final Map<Ends, Link> links = new HashMap<>();
    private final Map<Part, JavaService> services = new HashMap<>();
    private final List<Keeper> keepers = Collections.synchronizedList(new ArrayList<>());
    private final Thread lastResort = new Thread(this::stop, "end-the-system");

    private Wired(Path folder) throws IOException {
        Folders.delete(folder);
        home = new Home(folder);
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * Starts everything and waits until all is ready.
     *
     * @param folder is emptied; the logs stay there
     */
    static Wired start(Path folder) throws IOException {
        Wired wired = new Wired(folder);
        try {
            wired.startAll();
            return wired;
        } catch (RuntimeException | Error e) {
            wired.stop();
            throw e;
        }
    }

    private void startAll() {
        PostgresServer postgres = new PostgresServer(home, port(Port.POSTGRES));
        Map<Integer, Integer> forwarded = new HashMap<>();
        for (Part service : List.of(Part.ORDER_SERVICE, Part.SHIPPING_SERVICE)) {
            link(service, Part.POSTGRES, port(Port.POSTGRES), Protocol.POSTGRES);
            int listener = FreePort.find();
            forwarded.put(listener, link(service, Part.KAFKA, listener, Protocol.KAFKA));
        }
        int carrier = link(Part.SHIPPING_SERVICE, Part.CARRIER, port(Port.CARRIER), Protocol.HTTP);
        List<Keeper> servers = List.of(
                keep(postgres),
                keep(new KafkaServer(home, port(Port.KAFKA), forwarded)),
                keep(new CarrierServer(home, port(Port.CARRIER), BUILT.resolve("sandbox/carrier"))));
        servers.forEach(keeper -> keeper.firstReady().join());
        new Databases(postgres.jdbcUrl(""), PostgresServer.SUPERUSER, PostgresServer.SUPERUSER).create();
        List.of(
                        keep(service(Part.ORDER_SERVICE, "orders", Map.of())),
                        keep(service(
                                Part.SHIPPING_SERVICE,
                                "shipping",
                                Map.of("SHIPPING_CARRIER_URL", "http://127.0.0.1:" + carrier))))
                .forEach(keeper -> keeper.firstReady().join());
    }

    private int link(Part service, Part server, int target, Protocol protocol) {
        Link link = new Link(service + "-to-" + server, 0, target, protocol);
        links.put(new Ends(service, server), link);
        return link.port();
    }

    private JavaService service(Part part, String database, Map<String, String> more) {
        String jdbcUrl = "jdbc:postgresql://127.0.0.1:%d/%s"
                .formatted(link(part, Part.POSTGRES).port(), database);
        Map<String, String> environment = new HashMap<>(JavaService.database(jdbcUrl, database));
        environment.put(
                "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:" + link(part, Part.KAFKA).port());
        environment.putAll(more);
        JavaService service = new JavaService(
                part.toString(),
                home,
                BUILT.resolve(Path.of(part.toString(), "target", part + ".jar")),
                port(Port.valueOf(part.name())),
                port(Port.valueOf(part.name() + "_MANAGEMENT")),
                environment);
        services.put(part, service);
        return service;
    }

    private Keeper keep(dev.waybill.sandbox.Part part) {
        Keeper keeper = new Keeper(part, new Console(System.out));
        keepers.add(keeper);
        keeper.start();
        return keeper;
    }

    @Override
    public int port(Port port) {
        return ports.get(port);
    }

    /** The way by which a service reaches a server. */
    Link link(Part service, Part server) {
        return links.get(new Ends(service, server));
    }

    JavaService service(Part part) {
        return services.get(part);
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(lastResort);
        stop();
        Folders.delete(home.dir().resolve("data"));
        Folders.delete(home.dir().resolve("cache"));
    }

    private void stop() {
        List<Keeper> reversed = new ArrayList<>(keepers);
        Collections.reverse(reversed);
        reversed.forEach(Keeper::stop);
        links.values().forEach(Link::close);
    }
}
