package dev.waybill.shipping.carrier;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.shipping.Address;
import dev.waybill.shipping.ShippingProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.apache.hc.client5.http.impl.ChainElement;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings;
import org.springframework.boot.http.client.ClientHttpRequestFactorySettings.Redirects;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** The carrier's HTTP interface; its contract is in {@code sandbox/carrier/README.md}. One call each, no retry. */
@Component
class CarrierClient {

    /** Bytes; an answer has a few hundred. */
    private static final int LARGEST_ANSWER = 64 * 1024;

    private static final int LONGEST_TEXT = 500;

    /**
     * Client errors that tell nothing of the shipment, but of who asks (credentials), of where (a wrong path) or of when
     * (too often): to call them the carrier's refusal would reject good orders.
     */
    private static final Set<Integer> NOT_ABOUT_THE_SHIPMENT = Set.of(401, 403, 404, 405, 407, 408, 421, 425, 429);

    /** After which a connection is looked at before it is used again. */
    private static final Duration IDLE = Duration.ofMillis(100);

    private final RestClient http;
    private final ObjectMapper json;
    private final Duration answerWithin;

    private record Body(Address deliveryAddress) {}

    CarrierClient(RestClient.Builder builder, ObjectMapper json, ShippingProperties properties, AnswerLimit limit) {
        ShippingProperties.Carrier carrier = properties.carrier();
        ClientHttpRequestFactorySettings settings = ClientHttpRequestFactorySettings.defaults()
                .withConnectTimeout(carrier.connectTimeout())
                .withReadTimeout(carrier.readTimeout())
                .withRedirects(Redirects.DONT_FOLLOW);
        // Who calls waits for its own answer. The JDK's client hands a call from thread to thread, for four times the
        // processor time.
        this.http = builder.baseUrl(carrier.url().toString())
                .requestFactory(ClientHttpRequestFactoryBuilder.httpComponents()
                        .withHttpClientCustomizer(client -> client.disableAutomaticRetries()
                                .disableCookieManagement()
                                .disableContentCompression()
                                .addExecInterceptorAfter(ChainElement.CONNECT.name(), "answer-limit", limit))
                        .withConnectionManagerCustomizer(connections -> connections // the bulkhead is what limits them
                                .setMaxConnPerRoute(Integer.MAX_VALUE)
                                .setMaxConnTotal(Integer.MAX_VALUE))
                        // One that the carrier has closed meanwhile is not to fail a call; to look takes a millisecond.
                        .withConnectionConfigCustomizer(
                                connection -> connection.setValidateAfterInactivity(IDLE.toMillis(), MILLISECONDS))
                        .build(settings))
                .build();
        this.json = json;
        this.answerWithin = carrier.readTimeout();
    }

    /** @throws CarrierAwayException if there is no answer, or none that can be understood */
    Answer ask(Question question) {
        long begin = System.nanoTime();
        try {
            RestClient.RequestBodySpec request =
                    switch (question.kind()) {
                        case BOOK -> http.post().uri("/bookings");
                        case REDIRECT -> http.put().uri("/bookings/{id}", question.bookingId());
                        case CANCEL ->
                            http.method(org.springframework.http.HttpMethod.DELETE)
                                    .uri("/bookings/{id}", question.bookingId());
                    };
            request.header("Idempotency-Key", question.key()).accept(MediaType.APPLICATION_JSON);
            if (question.address() != null) {
                request.contentType(MediaType.APPLICATION_JSON).body(new Body(question.address()));
            }
            return request.exchange((sent, response) -> answer(question, response));
        } catch (ResourceAccessException e) {
            boolean tooLate = System.nanoTime() - begin >= answerWithin.toNanos();
            String why = tooLate ? "not as a whole within " + answerWithin.toMillis() + " ms" : innermost(e);
            throw new CarrierAwayException("the carrier does not answer: " + why, e);
        }
    }

    private Answer answer(Question question, ClientHttpResponse response) throws IOException {
        int status = response.getStatusCode().value();
        String body = body(response);
        if (status >= 200 && status < 300) {
            return done(question, body);
        }
        boolean existing = question.kind() != Question.Kind.BOOK;
        if (existing && (status == 404 || status == 410)) {
            return Answer.gone();
        }
        boolean underWay = !existing && status == 409; // the same key's first request, says the Idempotency-Key draft
        if (status >= 400 && status < 500 && !underWay && !NOT_ABOUT_THE_SHIPMENT.contains(status)) {
            return Answer.refused(reason(status, body));
        }
        throw new CarrierAwayException("the carrier answered " + reason(status, body));
    }

    private Answer done(Question question, String body) {
        if (question.kind() == Question.Kind.CANCEL) {
            return Answer.done(null, null);
        }
        JsonNode answer = tree(body);
        String bookingId = text(answer.path("bookingId"));
        String trackingNumber = text(answer.path("trackingNumber"));
        if (question.kind() == Question.Kind.BOOK && (bookingId == null || trackingNumber == null)) {
            throw new CarrierAwayException("the carrier's answer has no bookingId and trackingNumber: " + clean(body));
        }
        return Answer.done(bookingId, trackingNumber);
    }

    private static String body(ClientHttpResponse response) throws IOException {
        byte[] body = response.getBody().readNBytes(LARGEST_ANSWER + 1);
        if (body.length > LARGEST_ANSWER) {
            throw new CarrierAwayException("the carrier's answer is over " + LARGEST_ANSWER + " bytes");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The problem's detail or title (RFC 9457), else the beginning of the body. */
    private String reason(int status, String body) {
        JsonNode problem = tree(body);
        String said = text(problem.path("detail"));
        if (said == null) {
            said = text(problem.path("title"));
        }
        return said == null ? (status + " " + clean(body)).strip() : said + " (" + status + ")";
    }

    private JsonNode tree(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            return json.missingNode();
        }
    }

    private static String text(JsonNode node) {
        String text = node.isTextual() ? clean(node.textValue()) : "";
        return text.isEmpty() ? null : text;
    }

    /** Fit to be stored and shown, whatever a broken carrier sends. */
    private static String clean(String text) {
        String clean = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) + " …" : clean;
    }

    private static String innermost(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : clean(cause.getMessage());
    }
}
