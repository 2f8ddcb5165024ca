package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarrierServerIT {
    private static final String LONDON = address("12 St James's Square", "SW1Y 4JH");

    private static final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static CarrierServer carrier;

    @BeforeAll
    static void start() {
        carrier = new CarrierServer(new Home(folder), FreePort.find(), Path.of("carrier"));
        carrier.start();
        carrier.awaitReady(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        carrier.stop();
    }

    @BeforeEach
    void up() throws Exception {
        become("Started");
    }

    @Test
    void books_by_the_idempotency_key_alone() throws Exception {
        HttpResponse<String> first = book("a-1:0", LONDON);
        HttpResponse<String> again = book("a-1:0", address("Elsewhere 1", "10115"));
        HttpResponse<String> other = book("a-2:0", LONDON);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(first.body()).isEqualTo("{\"bookingId\":\"BK-a-1:0\",\"trackingNumber\":\"TRK-A-1:0\"}");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.body()).isNotEqualTo(first.body());
    }

    @Test
    void demands_a_usable_idempotency_key() throws Exception {
        assertThat(send(request("POST", "/bookings", LONDON)).statusCode()).isEqualTo(400);
        assertThat(book("\"quoted\"", LONDON).statusCode()).isEqualTo(400);
    }

    @Test
    void redirects_under_the_same_tracking_number() throws Exception {
        HttpResponse<String> booked = book("b-1", LONDON);
        HttpResponse<String> redirected = send(request("PUT", "/bookings/BK-b-1", address("Elsewhere 1", "10115")));

        assertThat(redirected.statusCode()).isEqualTo(200);
        assertThat(redirected.body()).isEqualTo(booked.body());
    }

    @Test
    void cancels() throws Exception {
        assertThat(send(request("DELETE", "/bookings/BK-b-1", "")).statusCode()).isEqualTo(204);
    }

    @Test
    void refuses_marked_addresses_with_a_reason() throws Exception {
        for (String address : new String[] {address("Any 1", "REFUSED"), address("REFUSED road 7", "10115")}) {
            HttpResponse<String> booked = book("c-1", address);
            HttpResponse<String> redirected = send(request("PUT", "/bookings/BK-c-1", address));

            assertThat(booked.statusCode()).isEqualTo(422);
            assertThat(booked.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(booked.body()).contains("\"detail\"", "does not deliver");
            assertThat(redirected.statusCode()).isEqualTo(422);
        }
    }

    @Test
    void answers_503_to_everything_while_it_is_down() throws Exception {
        become("down");

        assertThat(book("d-1", LONDON).statusCode()).isEqualTo(503);
        assertThat(book("d-1", address("Any 1", "REFUSED")).statusCode()).isEqualTo(503);
        assertThat(send(request("DELETE", "/bookings/BK-d-1", "")).statusCode()).isEqualTo(503);

        become("Started");
        assertThat(book("d-1", LONDON).statusCode()).isEqualTo(201);
    }

    @Test
    void gives_the_normal_answer_after_ten_seconds_while_it_is_slow() throws Exception {
        HttpResponse<String> normal = book("e-1", LONDON);
        become("slow");

        long begin = System.nanoTime();
        HttpResponse<String> slow = book("e-1", LONDON);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(slow.statusCode()).isEqualTo(201);
        assertThat(slow.body()).isEqualTo(normal.body());
    }

    @Test
    void says_of_no_booking_that_it_is_not_there_while_its_state_changes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> flapping = CompletableFuture.supplyAsync(() -> {
            int changes = 0;
            for (; !over.get(); changes++) {
                try {
                    become(changes % 2 == 0 ? "down" : "Started");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return changes;
        });
        Set<Integer> statuses = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            statuses.add(send(request("PUT", "/bookings/BK-f-1", LONDON).header("Idempotency-Key", "f-1-redirect"))
                    .statusCode());
        }
        over.set(true);
        assertThat(flapping.get(30, TimeUnit.SECONDS)).isGreaterThan(100);
        assertThat(statuses).containsExactlyInAnyOrder(200, 503);
    }

    private static void become(String state) throws Exception {
        HttpResponse<String> response =
                send(request("PUT", "/__admin/scenarios/carrier/state", "{\"state\":\"" + state + "\"}"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private static HttpResponse<String> book(String key, String body) throws Exception {
        return send(request("POST", "/bookings", body).header("Idempotency-Key", key));
    }

    private static HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(carrier.url() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String address(String street, String postcode) {
        return """
                {"orderId":"o-1","deliveryAddress":{"name":"Ada","street":"%s","city":"London","postcode":"%s","country":"GB"}}""".formatted(street, postcode);
    }
}
