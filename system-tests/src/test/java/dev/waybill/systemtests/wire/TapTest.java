package dev.waybill.systemtests.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each conversation comes in segments of so many bytes; what is read from it is the same, and all of it passes. */
class TapTest {

    private final List<Message> got = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 100_000})
    void postgres_tells_statements_and_transactions(int segment) {
        Tap tap = Protocol.POSTGRES.tap();
        brings(tap::request, int32(8) + int32(80877103), segment);
        brings(tap::answer, "N", segment);
        brings(tap::request, int32(13) + int32(196608) + "user\0", segment);
        brings(tap::answer, frame('R', int32(0)) + frame('Z', "I"), segment);

        String begin = frame('P', "\0BEGIN\0" + int16(0)) + bind("", "") + execute("");
        String insert = frame('P', "S_1\0INSERT INTO t\0" + int16(0)) + bind("", "S_1") + execute("");
        brings(tap::request, begin + insert + frame('S', ""), segment);
        assertThat(got).extracting(Message::text).containsExactly("BEGIN", "INSERT INTO t");
        brings(tap::answer, frame('2', "") + frame('C', "INSERT 0 1\0") + frame('Z', "T"), segment);
        assertThat(got).extracting(Message::text).containsExactly("BEGIN", "INSERT INTO t");

        brings(tap::request, frame('Q', "COMMIT\0"), segment);
        assertThat(got).singleElement().satisfies(commit -> {
            assertThat(commit.before()).containsExactlyInAnyOrder("BEGIN", "INSERT INTO t");
            assertThat(Step.commitAfter("insert into T").which()).accepts(commit);
            assertThat(Step.commitAfter("update").which()).rejects(commit);
        });
        brings(tap::answer, frame('C', "COMMIT\0"), segment);
        assertThat(got).isEmpty();
        brings(tap::answer, frame('Z', "I"), segment);
        assertThat(got).extracting(Message::text).containsExactly("COMMIT");

        brings(tap::request, bind("p", "S_1") + execute("p") + frame('S', ""), segment);
        assertThat(got).containsExactly(new Message("INSERT INTO t"));
        brings(tap::answer, frame('E', "SERROR\0\0") + frame('Z', "I"), segment);
        assertThat(got).as("answered well").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 100_000})
    void postgres_passes_what_is_too_long_to_be_read(int segment) {
        Tap tap = Protocol.POSTGRES.tap();
        brings(tap::request, int32(8) + int32(196608), segment);
        String sql = "SELECT '" + "x".repeat(50_000) + "'";
        brings(tap::request, frame('Q', sql + "\0"), segment);
        assertThat(got).singleElement().satisfies(message -> assertThat(sql).startsWith(message.text()));
        brings(tap::request, frame('Q', "COMMIT\0"), segment);
        assertThat(got).extracting(Message::text).containsExactly("COMMIT");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 100_000})
    void kafka_tells_requests_and_their_answers(int segment) {
        Tap tap = Protocol.KAFKA.tap();
        brings(tap::request, kafka(1, 100, 20) + kafka(0, 101, 70_000) + kafka(8, 102, 0), segment);
        assertThat(got).extracting(Message::text).containsExactly("1", "0", "8");
        assertThat(Step.produce().which()).accepts(got.get(1)).rejects(got.get(2));
        assertThat(Step.offsetCommit().which()).accepts(got.get(2)).rejects(got.get(1));
        brings(tap::answer, int32(4) + int32(101) + int32(50_004) + int32(100) + "y".repeat(50_000), segment);
        assertThat(got).extracting(Message::text).containsExactly("0", "1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 100_000})
    void http_tells_requests_and_their_answers(int segment) {
        Tap tap = Protocol.HTTP.tap();
        for (String method : List.of("POST", "PUT")) {
            brings(tap::request, method + " /bookings HTTP/1.1\r\nContent-Length: 4\r\n\r\n{\n}\n", segment);
            assertThat(got).extracting(Message::text).containsExactly(method + " /bookings HTTP/1.1");
            brings(tap::answer, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", segment);
            assertThat(got).extracting(Message::text).containsExactly(method + " /bookings HTTP/1.1");
        }
    }

    /** Leaves in {@link #got} the messages that these bytes have brought. */
    private void brings(Function<ByteBuf, Piece> tap, String bytes, int segment) {
        got.clear();
        StringBuilder passed = new StringBuilder();
        ByteBuf pending = Unpooled.buffer();
        for (int from = 0; from < bytes.length(); from += segment) {
            pending.writeBytes(bytes.substring(from, Math.min(bytes.length(), from + segment))
                    .getBytes(ISO_8859_1));
            Piece piece = tap.apply(pending);
            while (piece != null) {
                got.addAll(piece.begins());
                passed.append(piece.bytes().toString(ISO_8859_1));
                piece.release();
                piece = pending.isReadable() ? tap.apply(pending) : null;
            }
            pending.discardReadBytes();
        }
        assertThat(passed.toString()).as("what has passed").isEqualTo(bytes);
        assertThat(pending.refCnt()).as("nothing is kept").isEqualTo(1);
    }

    private static String bind(String portal, String statement) {
        return frame('B', portal + "\0" + statement + "\0" + int16(0) + int16(0) + int16(0));
    }

    private static String execute(String portal) {
        return frame('E', portal + "\0" + int32(0));
    }

    private static String frame(char type, String content) {
        return type + int32(4 + content.length()) + content;
    }

    private static String kafka(int api, int correlation, int size) {
        return int32(8 + size) + int16(api) + int16(9) + int32(correlation) + "x".repeat(size);
    }

    private static String int16(int number) {
        return int32(number).substring(2);
    }

    private static String int32(int number) {
        return Unpooled.buffer().writeInt(number).toString(ISO_8859_1);
    }
}
