package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;

/** One direction of a protocol whose messages begin with their length: knows how much of the current one is still to pass. */
final class Frames {

    private long rest;

    /** Whether the bytes that come belong to a message whose beginning has passed. */
    boolean inside() {
        return rest > 0;
    }

    /** More of the current message. */
    Piece more(ByteBuf bytes) {
        int size = (int) Math.min(rest, bytes.readableBytes());
        rest -= size;
        return new Piece(bytes.readRetainedSlice(size));
    }

    /** A new message of this size, of which some is there: all of it that is passes. */
    Piece begin(ByteBuf bytes, long size) {
        rest = size;
        return more(bytes);
    }
}
