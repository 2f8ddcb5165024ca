package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** HTTP/1.1 without pipelining: who speaks after the other has begins a message. */
final class HttpTap implements Tap {

    private static final int LONGEST_LINE = 8_192;

    /** The request whose answer has not begun; null between the beginning of an answer and the next request. */
    private Message pending;

    @Override
    public Piece request(ByteBuf bytes) {
        if (pending != null) {
            return all(bytes, List.of());
        }
        int end = bytes.bytesBefore((byte) '\n');
        if (end < 0 && bytes.readableBytes() < LONGEST_LINE) {
            return null;
        }
        int length = end < 0 ? LONGEST_LINE : end;
        pending = new Message(bytes.toString(bytes.readerIndex(), length, StandardCharsets.ISO_8859_1)
                .strip());
        return all(bytes, List.of(pending));
    }

    @Override
    public Piece answer(ByteBuf bytes) {
        List<Message> answered = pending == null ? List.of() : List.of(pending);
        pending = null;
        return all(bytes, answered);
    }

    private static Piece all(ByteBuf bytes, List<Message> begins) {
        return new Piece(bytes.readRetainedSlice(bytes.readableBytes()), begins);
    }
}
