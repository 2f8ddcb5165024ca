package dev.waybill.systemtests.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Postgres: statements are known from Parse on by their name and from Bind on by the portal's, so that an Execute is known
 * by its SQL. A request reaches the server with its Execute (or simple Query); it is answered when ReadyForQuery comes,
 * for before that its transaction may not have ended, unless an ErrorResponse came first.
 */
final class PostgresTap implements Tap {

    private static final int LENGTH = 4;
    private static final int HEADER = 1 + LENGTH;

    /** Of a message that has names or SQL in it, this much at most is read. */
    private static final int ENOUGH = 16_384;

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int MOST_REMEMBERED = 1_000;

    private final Frames requests = new Frames();
    private final Frames answers = new Frames();
    private boolean started;
    private boolean encrypted;
    private boolean oneByteAnswer;

    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();
    private final Set<String> transaction = new LinkedHashSet<>();
    private List<Message> batch = new ArrayList<>();
    private final Deque<List<Message>> unanswered = new ArrayDeque<>();
    private boolean failed;

    @Override
    public Piece request(ByteBuf bytes) {
        if (encrypted) {
            return new Piece(bytes.readRetainedSlice(bytes.readableBytes()));
        }
        if (requests.inside()) {
            return requests.more(bytes);
        }
        return started ? message(bytes) : startup(bytes);
    }

    private Piece startup(ByteBuf bytes) {
        if (bytes.readableBytes() < 2 * LENGTH) {
            return null;
        }
        int code = bytes.getInt(bytes.readerIndex() + LENGTH);
        if (code == SSL_REQUEST || code == GSS_REQUEST) {
            oneByteAnswer = true;
        } else {
            started = true;
            unanswered.add(List.of()); // the login ends with a ReadyForQuery too
        }
        return requests.begin(bytes, bytes.getInt(bytes.readerIndex()));
    }

    private Piece message(ByteBuf bytes) {
        if (bytes.readableBytes() < HEADER) {
            return null;
        }
        int start = bytes.readerIndex();
        char type = (char) bytes.getByte(start);
        long size = 1L + bytes.getInt(start + 1);
        if ("PBECQ".indexOf(type) >= 0 && bytes.readableBytes() < Math.min(size, ENOUGH)) {
            return null;
        }
        Message message = read(
                type,
                bytes.slice(start + HEADER, (int) Math.min(size, Math.min(ENOUGH, bytes.readableBytes())) - HEADER));
        return new Piece(requests.begin(bytes, size).bytes(), message == null ? List.of() : List.of(message));
    }

    /** @return what is executed now, else null */
    private Message read(char type, ByteBuf content) {
        switch (type) {
            case 'P' -> statements.put(string(content), string(content));
            case 'B' -> {
                String portal = string(content);
                portals.put(portal, statements.getOrDefault(string(content), ""));
            }
            case 'C' -> {
                if (content.readByte() == 'S') {
                    statements.remove(string(content));
                } else {
                    portals.remove(string(content));
                }
            }
            case 'E' -> {
                return execute(portals.getOrDefault(string(content), ""));
            }
            case 'Q' -> {
                Message message = execute(string(content));
                sync();
                return message;
            }
            case 'S', 'F' -> sync();
            default -> {}
        }
        return null;
    }

    private Message execute(String sql) {
        Message message = new Message(sql, Set.copyOf(transaction));
        if (transaction.size() < MOST_REMEMBERED) {
            transaction.add(sql);
        }
        batch.add(message);
        return message;
    }

    private void sync() {
        unanswered.add(batch);
        batch = new ArrayList<>();
    }

    @Override
    public Piece answer(ByteBuf bytes) {
        if (encrypted) {
            return new Piece(bytes.readRetainedSlice(bytes.readableBytes()));
        }
        if (oneByteAnswer) {
            oneByteAnswer = false;
            encrypted = bytes.getByte(bytes.readerIndex()) != 'N';
            return new Piece(bytes.readRetainedSlice(1));
        }
        if (answers.inside()) {
            return answers.more(bytes);
        }
        if (bytes.readableBytes() <= HEADER) { // with the byte after it, the state of the transaction
            int size = bytes.readableBytes() < HEADER ? Integer.MAX_VALUE : size(bytes);
            return bytes.readableBytes() < size ? null : answers.begin(bytes, size);
        }
        char type = (char) bytes.getByte(bytes.readerIndex());
        List<Message> answered = List.of();
        if (type == 'E') {
            failed = true;
        } else if (type == 'Z') {
            answered = ready((char) bytes.getByte(bytes.readerIndex() + HEADER));
        }
        return new Piece(answers.begin(bytes, size(bytes)).bytes(), answered);
    }

    private static int size(ByteBuf bytes) {
        return 1 + bytes.getInt(bytes.readerIndex() + 1);
    }

    private List<Message> ready(char state) {
        List<Message> answered = unanswered.isEmpty() ? List.of() : unanswered.remove();
        if (state == 'I') {
            transaction.clear();
        }
        boolean done = !failed;
        failed = false;
        return done ? answered : List.of();
    }

    private static String string(ByteBuf content) {
        int length = content.bytesBefore((byte) 0);
        String string = content.readCharSequence(length < 0 ? content.readableBytes() : length, StandardCharsets.UTF_8)
                .toString();
        content.skipBytes(Math.min(1, content.readableBytes()));
        return string;
    }
}
