package dev.waybill.systemtests.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The one way by which one party, the service, reaches one server: a TCP proxy on 127.0.0.1 that can fail as networks do,
 * and that can stop at an exact message. Faults hold until {@link #heal}, and add up. Safe for use by several threads;
 * one thread does all the work, and in each direction of a connection about 1 MB may be under way.
 *
 * <p>What it cannot show: a server that is away does not refuse the connection, it is closed at once after it was
 * accepted; and in a silence the kernel still acknowledges what it receives, so that TCP's own timeouts do not run.
 */
public final class Link implements AutoCloseable {

    private final String name;
    private final int targetPort;
    private final Protocol protocol;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final int port;

    private final LongAdder connections = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder garbled = new LongAdder();

    // Of the loop alone:
    private final Set<Connection> open = new LinkedHashSet<>();
    private Channel listener;
    private boolean silent;
    private long delayNanos;
    private boolean garbling;
    private Trap trap;
    private boolean held;

    /**
     * Listens at once.
     *
     * @param name of its thread and in messages
     * @param listenPort where the service connects to, of 127.0.0.1; 0 for any that is free
     * @param targetPort where the server listens, of 127.0.0.1
     */
    public Link(String name, int listenPort, int targetPort, Protocol protocol) {
        this.name = name;
        this.targetPort = targetPort;
        this.protocol = protocol;
        this.group = new NioEventLoopGroup(1, new DefaultThreadFactory("link-" + name, true));
        this.loop = group.next();
        this.listener = listen(listenPort);
        this.port = ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Where the service connects to. */
    public int port() {
        return port;
    }

    /** Breaks every connection (RST) and refuses new ones (ECONNREFUSED). */
    public synchronized void cut() {
        onLoop(() -> {
            listener.close();
            breakAll();
            return null;
        });
        // A selector keeps sockets that are closed until it selects again, which it does before any later timer.
        loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    /**
     * Half-open: connections stay, new ones are accepted, and nothing passes, neither bytes nor the end of a connection;
     * what is sent is lost. When it is over these connections are broken (RST), as by a firewall that has forgotten them.
     */
    public synchronized void silence() {
        onLoop(() -> {
            silent = true;
            open.forEach(Connection::discard);
            return null;
        });
    }

    /** Everything passes that much later, in each direction, in its order. */
    public synchronized void delay(Duration delay) {
        onLoop(() -> delayNanos = delay.toNanos());
    }

    /**
     * The server gets what the service asks, and answers; instead of its answer comes, by turns, what is no HTTP, a page
     * of HTML with status 200, and half an answer. Then the connection is closed.
     *
     * @throws IllegalStateException if HTTP is not what is spoken here
     */
    public synchronized void garble() {
        if (protocol != Protocol.HTTP) {
            throw new IllegalStateException(this + " speaks " + protocol);
        }
        onLoop(() -> garbling = true);
    }

    /** Ends all faults; a trap stays armed. */
    public synchronized void heal() {
        onLoop(() -> {
            if (silent) {
                breakAll();
            }
            silent = false;
            garbling = false;
            delayNanos = 0;
            List.copyOf(open).forEach(Connection::hurry);
            return null;
        });
        if (!listener.isOpen()) {
            listener = listen(port);
        }
    }

    /**
     * Arms the link once: at the first message that reaches this step the action is run, and nothing passes on any
     * connection of this link until it has returned. That message never passes, its connection is then broken (RST):
     * whoever is killed before a request has left did not send it.
     *
     * @param action runs on a thread of its own; what it throws is told by {@link Trap#await}
     * @throws IllegalStateException if another one is armed
     */
    public synchronized Trap trap(Step step, Runnable action) {
        return onLoop(() -> {
            if (trap != null) {
                throw new IllegalStateException(trap + " is armed");
            }
            trap = new Trap(this, step, action);
            return trap;
        });
    }

    void disarm(Trap which) {
        if (!group.isShuttingDown()) {
            onLoop(() -> trap = trap == which ? null : trap);
        }
    }

    /** How many connections were accepted so far. */
    public long connections() {
        return connections.sum();
    }

    /** How many connections there are now. */
    public int open() {
        return onLoop(open::size);
    }

    /** How many bytes have passed so far, in both directions together. */
    public long bytes() {
        return bytes.sum();
    }

    /** How many connections were broken so far, by faults and traps. */
    public long broken() {
        return broken.sum();
    }

    /** How many bytes were lost so far in silences. */
    public long discarded() {
        return discarded.sum();
    }

    /** How many answers were garbled so far. */
    public long garbled() {
        return garbled.sum();
    }

    /** Whether connections are accepted; else they are refused. */
    public synchronized boolean isListening() {
        return listener.isOpen();
    }

    /** Breaks what there is, for good. */
    @Override
    public synchronized void close() {
        if (!group.isShuttingDown()) {
            cut();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private Channel listen(int where) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel service) {
                        connections.increment();
                        Connection connection = new Connection(Link.this, service, protocol.tap());
                        open.add(connection);
                        connection.start(targetPort);
                    }
                })
                .bind("127.0.0.1", where)
                .syncUninterruptibly()
                .channel();
    }

    private void breakAll() {
        List.copyOf(open).forEach(Connection::reset);
    }

    private <T> T onLoop(Callable<T> task) {
        try {
            return loop.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    // What its connections ask and tell, on the loop:

    boolean isSilent() {
        return silent;
    }

    boolean isHeld() {
        return held;
    }

    boolean isGarbling() {
        return garbling;
    }

    long delayNanos() {
        return delayNanos;
    }

    void passed(long size) {
        bytes.add(size);
    }

    void discarded(long size) {
        discarded.add(size);
    }

    void wasBroken() {
        broken.increment();
    }

    void gone(Connection connection) {
        open.remove(connection);
    }

    /** @return how many were before */
    int garbledOne() {
        int before = garbled.intValue();
        garbled.increment();
        return before;
    }

    /** Springs the trap if one of these messages reaches its step; tells whether it does. */
    boolean springs(List<Message> messages, boolean answered, Connection connection) {
        if (trap == null
                || trap.step().answered() != answered
                || messages.stream().noneMatch(trap.step().which())) {
            return false;
        }
        Trap sprung = trap;
        trap = null;
        held = true;
        sprung.spring(() -> goOnWithout(connection));
        return true;
    }

    private void goOnWithout(Connection connection) {
        try {
            loop.execute(() -> {
                held = false;
                connection.reset();
                List.copyOf(open).forEach(Connection::pass);
            });
        } catch (RejectedExecutionException e) {
            // closed meanwhile, and everything is broken
        }
    }
}
