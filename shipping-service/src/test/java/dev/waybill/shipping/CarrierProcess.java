package dev.waybill.shipping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.sandbox.CarrierServer;
import dev.waybill.sandbox.Folders;
import dev.waybill.sandbox.FreePort;
import dev.waybill.sandbox.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The carrier's stand-in, one for all tests of this JVM, and what its journal says. */
public final class CarrierProcess {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CarrierProcess ONE = new CarrierProcess();

    private final HttpClient http = HttpClient.newHttpClient();
    private final CarrierServer server;

    /** A request that the carrier has got, as its journal shows it. */
    public record Request(String method, String path, String key, String body) {}

    private CarrierProcess() {
        try {
            Path folder = Files.createTempDirectory("waybill-carrier");
            server = new CarrierServer(new Home(folder), FreePort.find(), Path.of("../sandbox/carrier"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                server.close();
                try {
                    Folders.delete(folder);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.start();
        server.awaitReady(Duration.ofSeconds(60));
    }

    public static CarrierProcess get() {
        return ONE;
    }

    public String url() {
        return server.url();
    }

    /** @param state {@code Started}, {@code down} or {@code slow} */
    public void is(String state) {
        send("PUT", "/__admin/scenarios/carrier/state", "{\"state\":\"" + state + "\"}");
    }

    /** Answers everything so, until {@link #behave}. */
    public void answersWith(String response) {
        send("POST", "/__admin/mappings", """
                {"priority": 1, "request": {"method": "ANY", "urlPathPattern": "/bookings.*"}, "response": %s}
                """.formatted(response));
    }

    /** Takes so long for each answer, until {@link #behave}. */
    public void takes(Duration delay) {
        send("POST", "/__admin/settings", "{\"fixedDelay\": %d}".formatted(delay.toMillis()));
    }

    /** As in the beginning, with an empty journal. */
    public void behave() {
        takes(Duration.ZERO);
        send("POST", "/__admin/mappings/reset", "");
        send("DELETE", "/__admin/requests", null);
        is("Started");
    }

    /** All requests about an order, the first ones first. */
    public List<Request> requests(UUID order) {
        return requests().stream()
                .filter(request -> request.key().startsWith(order.toString()))
                .toList();
    }

    public List<Request> requests() {
        List<Request> requests = new ArrayList<>();
        for (JsonNode entry : send("GET", "/__admin/requests", null).path("requests")) {
            JsonNode request = entry.path("request");
            String key = "";
            for (var headers = request.path("headers").fields(); headers.hasNext(); ) {
                var header = headers.next();
                if (header.getKey().equalsIgnoreCase("Idempotency-Key")) {
                    key = header.getValue().asText();
                }
            }
            requests.add(
                    0,
                    new Request(
                            request.path("method").asText(),
                            request.path("url").asText(),
                            key,
                            request.path("body").asText()));
        }
        return requests;
    }

    private JsonNode send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
