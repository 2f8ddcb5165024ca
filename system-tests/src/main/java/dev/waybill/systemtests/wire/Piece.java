package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Some bytes on their way.
 *
 * @param bytes null at the end of what a party sends
 * @param begins the requests that reach the server, or are answered to the service, by these bytes and not before them
 */
record Piece(ByteBuf bytes, List<Message> begins) {

    static final Piece END = new Piece(null, List.of());

    Piece(ByteBuf bytes) {
        this(bytes, List.of());
    }

    int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    void release() {
        ReferenceCountUtil.release(bytes);
    }
}
