package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kafka: a length, then for a request its API, its version and its correlation id, for an answer that id. */
final class KafkaTap implements Tap {

    private static final int LENGTH = 4;
    private static final int REQUEST = LENGTH + 8;
    private static final int ANSWER = LENGTH + 4;

    private final Frames requests = new Frames();
    private final Frames answers = new Frames();
    private final Map<Integer, Message> pending = new HashMap<>();

    @Override
    public Piece request(ByteBuf bytes) {
        if (requests.inside()) {
            return requests.more(bytes);
        }
        if (bytes.readableBytes() < REQUEST) {
            return null;
        }
        int start = bytes.readerIndex();
        Message message = new Message(Integer.toString(bytes.getShort(start + LENGTH)));
        pending.put(bytes.getInt(start + LENGTH + 4), message);
        return begin(requests, bytes, message);
    }

    @Override
    public Piece answer(ByteBuf bytes) {
        if (answers.inside()) {
            return answers.more(bytes);
        }
        if (bytes.readableBytes() < ANSWER) {
            return null;
        }
        return begin(answers, bytes, pending.remove(bytes.getInt(bytes.readerIndex() + LENGTH)));
    }

    private static Piece begin(Frames frames, ByteBuf bytes, Message message) {
        long size = LENGTH + (long) bytes.getInt(bytes.readerIndex());
        return new Piece(frames.begin(bytes, size).bytes(), message == null ? List.of() : List.of(message));
    }
}
