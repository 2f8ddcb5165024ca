package dev.waybill.systemtests.outside;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Speaks HTTP as curl would. */
public final class Http {

    public static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient CLIENT = client();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration QUICKLY = Duration.ofSeconds(2);
    private static final Duration PATIENTLY = Duration.ofMinutes(2);
    private static final int PAGE = 200;

    private Http() {}

    private static HttpClient client() {
        // Seconds; less than the services keep an idle connection, or a request may go out on one that is just being
        // closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "3");
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    public record Answer(int status, String contentType, String body) {

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }
    }

    /** @throws IOException if no whole answer came: whether the request was done is not known */
    public static Answer get(String url) throws IOException {
        return send(request(url).GET());
    }

    /** Of who should answer at once. */
    public static Answer quickly(String url) throws IOException {
        return send(request(url).timeout(QUICKLY).GET());
    }

    /** Of who has much to tell. */
    public static Answer patiently(String url) throws IOException {
        return send(request(url).timeout(PATIENTLY).GET());
    }

    /** A header of the answer; empty if it has none. */
    public static String header(String url, String name) throws IOException {
        return exchange(request(url).GET()).headers().firstValue(name).orElse("");
    }

    /** @throws IOException if no whole answer came: whether the request was done is not known */
    public static Answer post(String url, String body, String... headers) throws IOException {
        return send(posting(url, body, headers));
    }

    /** @throws IOException if no whole answer came: whether the request was done is not known */
    public static Answer put(String url, String body, String... headers) throws IOException {
        return send(with(headers, request(url).PUT(BodyPublishers.ofString(body))));
    }

    public static Answer delete(String url) throws IOException {
        return send(request(url).DELETE());
    }

    /** For many at once, of which the last may have to wait. */
    public static CompletableFuture<Answer> postAsync(String url, String body, String... headers) {
        HttpRequest request =
                posting(url, body, headers).timeout(PATIENCE.multipliedBy(6)).build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString()).thenApply(Http::answer);
    }

    /** All items of a list, page by page. */
    public static List<JsonNode> list(String url) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        String after = "";
        while (after != null) {
            Answer answer = get(url + "?limit=" + PAGE + (after.isEmpty() ? "" : "&after=" + after));
            if (answer.status() != 200) {
                throw new AssertionError(url + " answered " + answer);
            }
            answer.json().get("items").forEach(items::add);
            JsonNode next = answer.json().get("next");
            after = next.isNull() ? null : next.asText();
        }
        return items;
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    }

    private static HttpRequest.Builder posting(String url, String body, String... headers) {
        return with(headers, request(url).POST(BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder with(String[] headers, HttpRequest.Builder request) {
        request.header("Content-Type", "application/json");
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static Answer send(HttpRequest.Builder request) throws IOException {
        return answer(exchange(request));
    }

    private static HttpResponse<String> exchange(HttpRequest.Builder request) throws IOException {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body());
    }
}
