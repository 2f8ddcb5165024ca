package dev.waybill.shipping.carrier;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.shipping.Address;
import dev.waybill.shipping.ShippingProperties;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.client.RestClient;

/** What a stand-in that speaks HTTP well cannot do. */
@Timeout(60)
class CarrierClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final int MOST = 100;
    private static final String BOOKED = "{\"bookingId\": \"b\", \"trackingNumber\": \"t\"}";
    private static final String OK = "HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n%s";

    /** What the carrier says to a request that it has read, at once or later. */
    private interface Says {
        void to(OutputStream answer) throws IOException;
    }

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(8);
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger trickled = new AtomicInteger();
    private ServerSocket carrier;
    private AnswerLimit limit;
    private CarrierClient client;
    private volatile Says says;

    @BeforeEach
    void listen() throws IOException {
        carrier = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.submit(() -> {
            while (true) {
                Socket connection = carrier.accept();
                connections.incrementAndGet();
                threads.submit(() -> serve(connection));
            }
        });
        URI url = URI.create("http://127.0.0.1:" + carrier.getLocalPort());
        ShippingProperties properties = new ShippingProperties(
                1,
                null,
                new ShippingProperties.Carrier(url, Duration.ofSeconds(1), LIMIT),
                new ShippingProperties.Reconciler(LIMIT, Duration.ofSeconds(10), LIMIT, LIMIT, LIMIT));
        limit = new AnswerLimit(properties);
        client = new CarrierClient(RestClient.builder(), new ObjectMapper(), properties, limit);
    }

    @AfterEach
    void close() throws IOException {
        limit.close();
        carrier.close();
        threads.shutdownNow();
    }

    @Test
    void aHeadThatNeverEndsIsCutOff() {
        says = answer -> {
            write(answer, "HTTP/1.1 201 Created\r\nX-Patience: ");
            trickle(answer);
        };
        assertCutOff();
    }

    @Test
    void aBodyThatNeverEndsIsCutOff() {
        says = answer -> {
            write(answer, "HTTP/1.1 201 Created\r\nContent-Length: 50000\r\n\r\n");
            trickle(answer);
        };
        assertCutOff();
    }

    /** Their limits come while later ones use the same connection. */
    @Test
    void whatIsAnsweredIsNotCutOffLater() {
        says = answer -> threads.schedule(
                () -> write(answer, OK.formatted(BOOKED.length(), BOOKED)), LIMIT.toMillis() / 5, MILLISECONDS);
        for (int i = 0; i < 7; i++) {
            assertThat(ask()).isEqualTo(Answer.done("b", "t"));
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void aConnectionThatTheCarrierHasClosedFailsNoCall() {
        AtomicInteger closed = new AtomicInteger();
        says = answer -> {
            write(answer, OK.formatted(BOOKED.length(), BOOKED));
            answer.close();
            closed.incrementAndGet();
        };
        for (int i = 1; i <= 3; i++) {
            assertThat(ask()).isEqualTo(Answer.done("b", "t"));
            int calls = i;
            // Until then, and until it has rested long enough to be looked at.
            await().pollDelay(Duration.ofMillis(200)).until(() -> closed.get() == calls);
        }
        assertThat(connections).hasValue(3);
    }

    private Answer ask() {
        return client.ask(Question.book(UUID.randomUUID(), 0, new Address("n", "s", "c", "p", "DE")));
    }

    private void assertCutOff() {
        assertThatThrownBy(this::ask)
                .isInstanceOf(CarrierAwayException.class)
                .hasMessage("the carrier does not answer: not as a whole within 2000 ms");
        assertThat(trickled).hasValueLessThan(MOST);
    }

    private Void serve(Socket connection) throws IOException {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            while (hasRead(in)) {
                says.to(connection.getOutputStream());
            }
            return null;
        }
    }

    /** A head, and a body in chunks. */
    private static boolean hasRead(BufferedReader in) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("0")) {
                in.readLine();
                return true;
            }
        }
        return false;
    }

    /** Until the client is gone, or for five times as long as it is to listen. */
    private void trickle(OutputStream answer) {
        threads.scheduleAtFixedRate(
                () -> {
                    try {
                        write(answer, "x");
                        if (trickled.incrementAndGet() == MOST) {
                            answer.close();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e); // ends it
                    }
                },
                0,
                5 * LIMIT.toMillis() / MOST,
                MILLISECONDS);
    }

    private static Void write(OutputStream answer, String text) throws IOException {
        answer.write(text.getBytes(StandardCharsets.US_ASCII));
        answer.flush();
        return null;
    }
}
