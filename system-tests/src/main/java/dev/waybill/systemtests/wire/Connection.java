package dev.waybill.systemtests.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection of the service and the one to the server that belongs to it. Of the link's thread alone. */
final class Connection {

    private static final List<String> GARBAGE = List.of(
            "\u0016\u0003\u0001 this is no HTTP\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\nConnection: close\r\n\r\n"
                    + "<html>Please log in</html>",
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\r\n{\"bookingId\":\"BK-");

    private final Link link;
    private final Channel service;
    private final Tap tap;
    private Channel server;
    private Flow requests;
    private Flow answers;
    private boolean over;

    Connection(Link link, Channel service, Tap tap) {
        this.link = link;
        this.service = service;
        this.tap = tap;
    }

    void start(int targetPort) {
        requests = new Flow(this, link, service, tap::request);
        service.pipeline().addLast(requests.splitter(), requests);
        service.closeFuture().addListener(closed -> forgetIfOver());
        if (link.isSilent()) {
            service.config().setAutoRead(true);
            return;
        }
        new Bootstrap()
                .group(service.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        server = channel;
                        answers = new Flow(Connection.this, link, channel, tap::answer);
                        channel.pipeline().addLast(answers.splitter(), answers);
                    }
                })
                .connect("127.0.0.1", targetPort)
                .addListener((ChannelFutureListener) this::connected);
    }

    private void connected(ChannelFuture connect) {
        server.closeFuture().addListener(closed -> forgetIfOver());
        if (!connect.isSuccess() || over) {
            service.close();
            server.close();
            return;
        }
        requests.to(server);
        answers.to(service);
        pass();
    }

    /** Both directions, as far as it goes. */
    void pass() {
        if (requests != null && answers != null) {
            requests.pass();
            answers.pass();
        }
    }

    /** @return whether this piece may pass as it is; else this has seen to what becomes of it */
    boolean lets(Piece piece, boolean answer) {
        if (link.springs(piece.begins(), answer, this)) {
            return false;
        }
        if (answer && link.isGarbling() && !piece.begins().isEmpty()) {
            garble();
            return false;
        }
        return true;
    }

    boolean isAnswers(Flow flow) {
        return flow == answers;
    }

    private void garble() {
        over = true;
        ByteBuf garbage =
                Unpooled.copiedBuffer(GARBAGE.get(link.garbledOne() % GARBAGE.size()), StandardCharsets.ISO_8859_1);
        service.writeAndFlush(garbage).addListener(ChannelFutureListener.CLOSE);
        server.close();
    }

    /** The silence has begun. */
    void discard() {
        requests.discard();
        if (answers != null) {
            answers.discard();
        }
    }

    /** What was delayed passes now. */
    void hurry() {
        requests.hurry();
        if (answers != null) {
            answers.hurry();
        }
        pass();
    }

    /** Both ends are told that something is wrong. */
    void reset() {
        if (over && !service.isOpen() && (server == null || !server.isOpen())) {
            return;
        }
        over = true;
        link.wasBroken();
        reset(service);
        if (server != null) {
            reset(server);
        }
    }

    private static void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    boolean isOver() {
        return over;
    }

    private void forgetIfOver() {
        if (!service.isOpen() && (server == null || !server.isOpen())) {
            link.gone(this);
            requests.release();
            if (answers != null) {
                answers.release();
            }
        }
    }
}
