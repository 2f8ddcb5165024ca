package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One direction of a connection: what was read from one end and waits to be written to the other. */
final class Flow extends ChannelInboundHandlerAdapter {

    /** With so much waiting nothing more is read. */
    private static final long MOST_BYTES = 1_000_000;

    private record Waiting(Piece piece, long due) {}

    private final Connection connection;
    private final Link link;
    private final Channel from;
    private final Function<ByteBuf, Piece> tap;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private long queued;
    private Channel to;
    private boolean timed;

    Flow(Connection connection, Link link, Channel from, Function<ByteBuf, Piece> tap) {
        this.connection = connection;
        this.link = link;
        this.from = from;
        this.tap = tap;
    }

    /** Comes before this in the pipeline. */
    ByteToMessageDecoder splitter() {
        return new ByteToMessageDecoder() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object read) throws Exception {
                if (link.isSilent() && read instanceof ByteBuf bytes) {
                    link.discarded(bytes.readableBytes());
                    bytes.release();
                } else {
                    super.channelRead(context, read);
                }
            }

            @Override
            protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
                Piece piece = tap.apply(bytes);
                if (piece != null) {
                    out.add(piece);
                }
            }
        };
    }

    void to(Channel other) {
        to = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object piece) {
        take((Piece) piece);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        pass();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!link.isSilent()) {
            take(Piece.END);
            pass();
        }
    }

    /** This end can be written to again, or cannot any more: that is the other direction's. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.pass();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // broken by its other end
    }

    private void take(Piece piece) {
        queue.add(new Waiting(piece, System.nanoTime() + link.delayNanos()));
        queued += piece.size();
    }

    /** Writes what may be written. */
    void pass() {
        if (to == null) {
            return;
        }
        while (!queue.isEmpty() && mayPass(queue.peek())) {
            Piece piece = queue.remove().piece();
            queued -= piece.size();
            pass(piece);
        }
        to.flush();
        from.config().setAutoRead(queued < MOST_BYTES);
    }

    private boolean mayPass(Waiting next) {
        if (link.isHeld() || link.isSilent() || connection.isOver()) {
            return false;
        }
        long left = next.due() - System.nanoTime();
        if (left > 0) {
            if (!timed) {
                timed = true;
                from.eventLoop().schedule((Runnable) this::due, left, TimeUnit.NANOSECONDS);
            }
            return false;
        }
        return to.isWritable() || !to.isOpen();
    }

    private void due() {
        timed = false;
        pass();
    }

    private void pass(Piece piece) {
        if (piece == Piece.END) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (connection.lets(piece, connection.isAnswers(this))) {
            link.passed(piece.size());
            to.write(piece.bytes());
        } else {
            piece.release();
        }
    }

    /** What waits is lost. */
    void discard() {
        link.discarded(queued);
        release();
        from.config().setAutoRead(true);
    }

    /** What waits is due. */
    void hurry() {
        List<Waiting> all = List.copyOf(queue);
        queue.clear();
        all.forEach(waiting -> queue.add(new Waiting(waiting.piece(), System.nanoTime())));
    }

    void release() {
        queue.forEach(waiting -> waiting.piece().release());
        queue.clear();
        queued = 0;
    }
}
