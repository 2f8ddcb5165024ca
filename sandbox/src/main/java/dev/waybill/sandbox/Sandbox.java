package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** Everything on this machine without Docker: the program behind {@code ./run}. */
final class Sandbox {
    private final Options options;
    private final Console console;
    private final Home home;
    private final Parts parts;
    private final List<Keeper> keepers = Collections.synchronizedList(new ArrayList<>());
    private final long begin = System.nanoTime();

    private Sandbox(Options options, Console console, Path project) {
        this.options = options;
        this.console = console;
        this.home = new Home(project.resolve(".waybill"));
        this.parts = Parts.of(project, home, options);
    }

    public static void main(String[] arguments) throws InterruptedException {
        System.setProperty("logback.configurationFile", "dev/waybill/sandbox/logback-sandbox.xml");
        Console console = new Console(System.out);
        try {
            Options options = Options.parse(List.of(arguments), System.getenv());
            if (options.help()) {
                console.say(Options.usage());
                return;
            }
            new Sandbox(options, console, Path.of("").toAbsolutePath()).run();
        } catch (SandboxException e) {
            new Console(System.err).say("waybill: %s", e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws InterruptedException {
        HomeLock lock = HomeLock.take(home);
        clearTheWay();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        start();
        console.say(Welcome.text(options, home, Duration.ofNanos(System.nanoTime() - begin)));
        if (lock.isHeld()) {
            new CountDownLatch(1).await(); // until a signal ends the JVM
        }
    }

    private void clearTheWay() {
        List<Part> reversed = new ArrayList<>(parts.all());
        Collections.reverse(reversed);
        for (Part part : reversed) {
            if (part.endLeftover()) {
                console.say("  %-17s was left behind by an earlier sandbox; stopped it", part.name());
            }
        }
        for (Port port : Port.values()) {
            if (!FreePort.isFree(options.port(port))) {
                throw new SandboxException(
                        "Port %d, which %s needs, is taken by another program. Stop that, or choose another port with %s or %s."
                                .formatted(options.port(port), port.owner(), port.option(), port.variable()));
            }
        }
        if (options.fresh()) {
            try {
                Folders.delete(home.data());
            } catch (IOException e) {
                throw new SandboxException("Cannot delete " + home.data(), e);
            }
        }
    }

    /** The services need the databases to be there; Kafka and the carrier come up beside them. */
    private void start() {
        console.say("Starting on %s", home.dir());
        if (parts.orderService().isNew() || parts.shippingService().isNew()) {
            console.say("  The services are new: they are started once ahead, which makes all later starts fast");
        }
        List<Keeper> first = List.of(keep(parts.postgres()), keep(parts.kafka()), keep(parts.carrier()));
        await(first.get(0));
        new Databases(parts.postgres().jdbcUrl(""), PostgresServer.SUPERUSER, PostgresServer.SUPERUSER).create();
        List<Keeper> services = List.of(keep(parts.orderService()), keep(parts.shippingService()));
        first.forEach(Sandbox::await);
        services.forEach(Sandbox::await);
    }

    private Keeper keep(Part part) {
        Keeper keeper = new Keeper(part, console);
        keepers.add(keeper);
        keeper.start();
        return keeper;
    }

    private static void await(Keeper keeper) {
        try {
            keeper.firstReady().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SandboxException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void stop() {
        console.say("Stopping");
        List<Keeper> reversed = new ArrayList<>(keepers);
        Collections.reverse(reversed);
        reversed.forEach(keeper -> {
            keeper.stop();
            console.say("  %-17s stopped", keeper.part().name());
        });
    }
}
