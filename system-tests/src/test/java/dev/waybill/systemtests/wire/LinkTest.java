package dev.waybill.systemtests.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.waybill.systemtests.outside.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private PlainServer server;
    private Link link;

    @BeforeEach
    void open() throws IOException {
        server = PlainServer.echo();
        link = new Link("trial", 0, server.port(), Protocol.HTTP);
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        server.close();
    }

    @Test
    void passes_everything_both_ways() throws Exception {
        byte[] much = new byte[5_000_000];
        new Random(1).nextBytes(much);
        try (Socket socket = connect()) {
            PlainServer.daemon(() -> write(socket, much));
            assertThat(socket.getInputStream().readNBytes(much.length)).isEqualTo(much);
        }
        assertThat(link.bytes()).isEqualTo(2L * much.length);
        assertThat(link.connections()).isEqualTo(1);
        await().atMost(LIMIT).until(() -> link.open() == 0);
        assertThat(link.broken()).isZero();
    }

    @Test
    void tells_the_service_that_the_server_has_left() throws Exception {
        server.close();
        try (Socket socket = connect()) {
            assertBroken(socket);
        }
    }

    @Test
    void cut_breaks_and_refuses() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "one\n");

            link.cut();

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(link.isListening()).isFalse();
            assertThat(link.broken()).isEqualTo(1);
        }

        link.heal();

        try (Socket socket = connect()) {
            say(socket, "two\n");
        }
    }

    @Test
    void silence_loses_what_is_sent_and_breaks_in_the_end() throws Exception {
        try (Socket before = connect()) {
            say(before, "one\n");
            long bytes = link.bytes();

            link.silence();

            write(before, "lost\n".getBytes(ISO_8859_1));
            try (Socket during = connect()) {
                write(during, "also lost\n".getBytes(ISO_8859_1));
                await().atMost(LIMIT).until(() -> link.discarded() == "lost\nalso lost\n".length());
                assertThat(link.bytes()).isEqualTo(bytes);
                assertThat(before.getInputStream().available()).isZero();

                link.heal();

                assertThatThrownBy(() -> before.getInputStream().read()).isInstanceOf(SocketException.class);
                assertThatThrownBy(() -> during.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
        assertThat(link.broken()).isEqualTo(2);
        try (Socket after = connect()) {
            say(after, "two\n");
        }
        assertThat(server.got()).isEqualTo("one\ntwo\n");
    }

    @Test
    void silence_hides_from_the_server_that_the_service_has_left() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "one\n");
            link.silence();
        }
        try (Socket other = connect()) { // and with it the end of the one before
            write(other, "x\n".getBytes(ISO_8859_1));
            await().atMost(LIMIT).until(() -> link.discarded() == 2);
        }
        assertThat(link.open()).isPositive();
        link.heal();
        await().atMost(LIMIT).until(() -> link.open() == 0);
    }

    @Test
    void delay_holds_in_each_direction_and_keeps_the_order() throws Exception {
        Duration delay = Duration.ofMillis(200);
        link.delay(delay);
        StringBuilder all = new StringBuilder();
        try (Socket socket = connect()) {
            Stopwatch stopwatch = new Stopwatch();
            for (int i = 0; i < 100; i++) {
                all.append(i).append('\n');
                write(socket, (i + "\n").getBytes(ISO_8859_1));
            }
            assertThat(read(socket, all.length())).isEqualTo(all.toString());
            assertThat(stopwatch.elapsed()).isGreaterThanOrEqualTo(delay.multipliedBy(2));
        }
    }

    @Test
    void what_was_delayed_passes_when_the_delay_is_over() throws Exception {
        try (Socket socket = connect()) {
            say(socket, "one\n");
            link.delay(Duration.ofHours(1));
            write(socket, "two\n".getBytes(ISO_8859_1));
            link.heal();
            assertThat(read(socket, 4)).isEqualTo("two\n");
        }
    }

    @Test
    void a_server_that_does_not_read_stops_the_service() throws Exception {
        long enough = 200_000_000;
        try (PlainServer lazy = PlainServer.thatNeverReads();
                Link tight = new Link("tight", 0, lazy.port(), Protocol.HTTP);
                SocketChannel socket = SocketChannel.open(new InetSocketAddress("127.0.0.1", tight.port()));
                Selector selector = Selector.open()) {
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer bytes = ByteBuffer.allocate(1_000_000);
            long written = 0;
            while (written < enough && selector.select(2_000) > 0) {
                selector.selectedKeys().clear();
                written += socket.write(bytes.clear());
            }
            assertThat(written).isBetween(1L, enough - 1);
        }
    }

    @Test
    void a_trap_springs_before_the_request_has_left() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Socket socket = connect();
                Socket other = connect()) {
            say(socket, "GET /one\n");
            say(other, "GET /other\n");
            Trap trap = link.trap(Step.http("POST /two"), () -> {
                begun.countDown();
                waitFor(end);
            });

            write(socket, "POST /two\n".getBytes(ISO_8859_1));
            waitFor(begun);
            long bytes = link.bytes();
            write(other, "GET /more\n".getBytes(ISO_8859_1));
            assertThat(trap.sprung()).isFalse();
            assertThat(link.bytes()).isEqualTo(bytes);
            end.countDown();

            assertThat(trap.await(LIMIT)).isTrue();
            assertThat(trap.sprung()).isTrue();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(read(other, 10)).isEqualTo("GET /more\n");
        }
        assertThat(server.got()).isEqualTo("GET /one\nGET /other\nGET /more\n");
    }

    @Test
    void a_trap_springs_before_the_answer_is_heard() throws Exception {
        try (Socket socket = connect()) {
            String[] gotThen = new String[1];
            Trap trap = link.trap(Step.http("POST /one").unheard(), () -> gotThen[0] = server.got());

            write(socket, "POST /one\n".getBytes(ISO_8859_1));

            assertThat(trap.await(LIMIT)).isTrue();
            assertThat(gotThen[0]).isEqualTo("POST /one\n");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        try (Socket socket = connect()) {
            say(socket, "POST /one\n"); // once
        }
    }

    @Test
    void a_trap_springs_once_and_not_when_it_is_closed() throws Exception {
        try (Trap trap = link.trap(Step.http("POST"), () -> {})) {
            assertThatThrownBy(() -> link.trap(Step.http("PUT"), () -> {})).isInstanceOf(IllegalStateException.class);
            assertThat(trap.sprung()).isFalse();
        }
        try (Socket socket = connect()) {
            say(socket, "POST /one\n");
        }
    }

    @Test
    void a_trap_tells_of_an_action_that_fails() throws Exception {
        Trap trap = link.trap(Step.http("POST"), () -> {
            throw new IllegalArgumentException("no such process");
        });
        try (Socket socket = connect()) {
            write(socket, "POST /one\n".getBytes(ISO_8859_1));
            assertThatThrownBy(() -> trap.await(LIMIT)).hasRootCauseMessage("no such process");
            assertBroken(socket);
        }
    }

    @Test
    void an_action_may_cut_its_own_link() throws Exception {
        Trap trap = link.trap(Step.http("POST"), link::cut);
        try (Socket socket = connect()) {
            write(socket, "POST /one\n".getBytes(ISO_8859_1));
            assertThat(trap.await(LIMIT)).isTrue();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void garbles_answers_by_turns() throws Exception {
        link.garble();
        assertThat(answerTo("POST /one\n")).doesNotStartWith("HTTP").doesNotContain("POST");
        assertThat(answerTo("POST /two\n")).startsWith("HTTP/1.1 200").contains("<html>");
        assertThat(answerTo("POST /three\n")).startsWith("HTTP/1.1 201").doesNotEndWith("}");
        assertThat(link.garbled()).isEqualTo(3);
        assertThat(server.got()).isEqualTo("POST /one\nPOST /two\nPOST /three\n");

        link.heal();

        try (Socket socket = connect()) {
            say(socket, "POST /four\n");
        }
    }

    private String answerTo(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private Socket connect() throws IOException {
        return new Socket("127.0.0.1", link.port());
    }

    private static void say(Socket socket, String text) throws IOException {
        write(socket, text.getBytes(ISO_8859_1));
        assertThat(read(socket, text.length())).isEqualTo(text);
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertBroken(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
