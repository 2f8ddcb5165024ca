package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.orders.Api.Answer;
import dev.waybill.orders.OrdersTest;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a request, the answer is a 4xx problem that says what, and not one row is written. */
class InvalidInputIT extends OrdersTest {

    private Map<String, Object> before;

    @BeforeEach
    void countRows() {
        before = rows();
    }

    @AfterEach
    void noRowIsWritten() {
        assertThat(rows()).isEqualTo(before);
    }

    static Stream<Arguments> invalidOrders() {
        return Stream.of(
                invalid("missing field", "\"currency\":\"EUR\",", "", "currency", "is required"),
                invalid(
                        "missing lines",
                        "\"lines\":[{\"sku\":\"A-1\",\"quantity\":2,\"unitPrice\":\"19.99\"}],",
                        "",
                        "lines",
                        "is required"),
                invalid("missing address field", "\"city\":\"London\",", "", "deliveryAddress.city", "is required"),
                invalid("missing price", ",\"unitPrice\":\"19.99\"", "", "lines[0].unitPrice", "is required"),
                invalid("null", "\"c-1\"", "null", "customerId", "is required"),
                invalid("null line", "[{\"sku\"", "[null,{\"sku\"", "lines[0]", "must be an object"),
                invalid("blank", "\"c-1\"", "\" \"", "customerId", "must not be blank"),
                invalid("long string", "c-1", "c".repeat(65), "customerId", "must have at most 64 characters"),
                invalid("long street", "12 St", "s".repeat(201), "deliveryAddress.street", "at most 200 characters"),
                invalid("long postcode", "SW1Y", "s".repeat(21), "deliveryAddress.postcode", "at most 20 characters"),
                invalid("negative quantity", ":2", ":-2", "lines[0].quantity", "must be at least 1"),
                invalid("quantity of 0", ":2", ":0", "lines[0].quantity", "must be at least 1"),
                invalid("high quantity", ":2", ":10001", "lines[0].quantity", "must be at most 10000"),
                invalid("overflowing quantity", ":2", ":99999999999", "lines[0].quantity", "is out of range"),
                invalid("fraction", ":2", ":2.7", "lines[0].quantity", "must be an integer"),
                invalid("integer as 2.0", ":2", ":2.0", "lines[0].quantity", "must be an integer"),
                invalid("quantity as text", ":2", ":\"2\"", "lines[0].quantity", "must be an integer"),
                invalid("quantity as boolean", ":2", ":true", "lines[0].quantity", "must be an integer"),
                invalid("number as text", "\"c-1\"", "17", "customerId", "must be a string"),
                invalid("boolean as text", "\"c-1\"", "true", "customerId", "must be a string"),
                invalid("object as text", "\"c-1\"", "{}", "customerId", "must be a string"),
                invalid("list as text", "\"c-1\"", "[\"c-1\"]", "customerId", "must be a string"),
                invalid("negative price", "19.99", "-0.01", "lines[0].unitPrice", "must be at least 0"),
                invalid("high price", "19.99", "1000000.01", "lines[0].unitPrice", "must be at most 1000000"),
                invalid("fine price", "19.99", "19.999", "lines[0].unitPrice", "at most 2 decimals in EUR"),
                invalid("endless price", "\"19.99\"", "1e999999999", "lines[0].unitPrice", "must be a decimal number"),
                invalid("price as text", "19.99", "cheap", "lines[0].unitPrice", "must be a decimal number"),
                invalid("price as NaN", "19.99", "NaN", "lines[0].unitPrice", "must be a decimal number"),
                invalid("price as boolean", "\"19.99\"", "true", "lines[0].unitPrice", "must be a decimal number"),
                invalid("yen with sen", "EUR", "JPY", "lines[0].unitPrice", "at most 0 decimals in JPY"),
                invalid("unknown currency", "EUR", "EUX", "currency", "ISO 4217"),
                invalid("lower-case currency", "EUR", "eur", "currency", "ISO 4217"),
                invalid("gold", "EUR", "XAU", "currency", "ISO 4217"),
                invalid("unknown country", "GB", "UK", "deliveryAddress.country", "ISO 3166-1"),
                invalid(
                        "no lines",
                        "{\"sku\":\"A-1\",\"quantity\":2,\"unitPrice\":\"19.99\"}",
                        "",
                        "lines",
                        "1 to 500"),
                invalid(
                        "lines as object",
                        "[{\"sku\":\"A-1\",\"quantity\":2,\"unitPrice\":\"19.99\"}]",
                        "{}",
                        "lines",
                        "must be a list"),
                invalid("NUL", "Ada", "A\\u0000da", "deliveryAddress.name", "control characters"),
                invalid("line break", "Ada", "A\\nda", "deliveryAddress.name", "control characters"),
                invalid("half a character", "Ada", "A\\ud83dda", "deliveryAddress.name", "broken characters"),
                invalid(
                        "unknown property",
                        "\"sku\"",
                        "\"color\":1,\"sku\"",
                        "lines[0].color",
                        "is not a known property"),
                invalid(
                        "unknown address property",
                        "\"city\"",
                        "\"planet\":1,\"city\"",
                        "deliveryAddress.planet",
                        "not a known"),
                invalid("id given", "{\"customerId\"", "{\"id\":1,\"customerId\"", "id", "is not a known property"),
                invalid(
                        "duplicate key",
                        "\"currency\"",
                        "\"customerId\":\"c-2\",\"currency\"",
                        "customerId",
                        "is given twice"),
                invalid("duplicate nested key", "\"sku\"", "\"sku\":\"B\",\"sku\"", "lines[0].sku", "is given twice"),
                invalid("trailing token", "\"GB\"}}", "\"GB\"}} {}", "body", "goes on after its end"),
                invalid(
                        "broken JSON",
                        "\"quantity\":2",
                        "\"quantity\":",
                        "lines[0].quantity",
                        "not valid JSON at line 1, column"),
                invalid(
                        "truncated JSON",
                        "\"GB\"}}",
                        "\"GB\"",
                        "deliveryAddress.country",
                        "not valid JSON at line 2, column"),
                Arguments.of("empty body", "", "body", "is required"),
                Arguments.of("null body", "null", "body", "is required"),
                Arguments.of("list as body", "[]", "body", "must be an object"),
                Arguments.of("text as body", "\"order\"", "body", "must be an object"),
                Arguments.of(
                        "10,000 lines",
                        ORDER.replaceFirst("\\[(.*)]", "[$1" + ",$1".repeat(9_999) + "]"),
                        "lines",
                        "at most 500 lines"),
                Arguments.of(
                        "501 lines",
                        ORDER.replaceFirst("\\[(.*)]", "[$1" + ",$1".repeat(500) + "]"),
                        "lines",
                        "at most 500 lines"));
    }

    private static Arguments invalid(String what, String part, String with, String field, String reason) {
        assertThat(ORDER).as(what).contains(part);
        return Arguments.of(what, ORDER.replace(part, with), field, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidOrders")
    void namesTheFieldAndTheReason(String what, String body, String field, String reason) {
        JsonNode problem = api.post(
                        "/orders", body, "Idempotency-Key", UUID.randomUUID().toString())
                .problem(400);

        assertThat(problem.get("type").asText()).isEqualTo("urn:waybill:problem:invalid-input");
        assertThat(problem.get("instance").asText()).isEqualTo("/orders");
        assertThat(problem.get("errors")).as(problem.toString()).anySatisfy(error -> {
            assertThat(error.get("field").asText()).isEqualTo(field);
            assertThat(error.get("reason").asText()).contains(reason);
        });
    }

    @Test
    void namesEveryFieldAtOnceWhateverTheLanguage() {
        String body = ORDER.replace(":2", ":-2").replace("EUR", "euro").replace("London", "");

        JsonNode problem = api.post("/orders", body, "Accept-Language", "de").problem(400);

        assertThat(problem.get("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("lines[0].quantity", "currency", "deliveryAddress.city");
        assertThat(problem.get("errors").findValuesAsText("reason")).contains("must be at least 1");
    }

    @Test
    void refusesATwentyMegabyteBody() {
        byte[] body = ORDER.replace("Ada", "A".repeat(20_000_000)).getBytes(StandardCharsets.UTF_8);

        Answer announced = api.json("POST", "/orders", BodyPublishers.ofByteArray(body));
        Answer chunked =
                api.json("POST", "/orders", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

        for (Answer answer : List.of(announced, chunked)) {
            JsonNode problem = answer.problem(413);
            assertThat(problem.at("/errors/0/field").asText()).isEqualTo("body");
            assertThat(problem.get("instance").asText()).isEqualTo("/orders");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
    void refusesAFormBeforeAnyOfItIsRead(String method) throws IOException {
        String path = "/orders/" + UUID.randomUUID() + "/delivery-address";
        try (Socket socket = new Socket("localhost", URI.create(api.base()).getPort())) {
            socket.setSoTimeout(60_000); // who waits for the form gives up sooner, with another answer
            socket.getOutputStream()
                    .write("%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 1000000\r\n\r\n"
                            .formatted(method, path, "application/x-www-form-urlencoded")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            assertThat(answer.readLine()).startsWith(method.equals("PUT") ? "HTTP/1.1 415" : "HTTP/1.1 405");
        }
    }

    @Test
    void refusesOtherMediaTypesAndMethods() {
        for (String type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded")) {
            api.send("POST", "/orders", BodyPublishers.ofString(ORDER), "Content-Type", type)
                    .problem(415);
        }
        api.send("POST", "/orders", BodyPublishers.ofString(ORDER)).problem(415);
        api.send("POST", "/orders", BodyPublishers.ofString(ORDER), "Content-Type", "nonsense")
                .problem(415);
        api.post("/orders", ORDER, "Accept", "text/plain").problem(406);
        Answer put = api.put("/orders", ORDER);
        put.problem(405);
        assertThat(put.header("Allow")).contains("GET").contains("POST");
        api.get("/nothing/here").problem(404);
        api.get("/").problem(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "1-1-1-1-1", "019a0000-0000-7000-8000-00000000000g"})
    void refusesWhatIsNoOrderId(String id) {
        for (Answer answer : List.of(
                api.get("/orders/" + id),
                api.put("/orders/" + id + "/delivery-address", ADDRESS),
                api.post("/orders/" + id + "/cancellation", ""))) {
            assertThat(answer.problem(400).at("/errors/0").toString())
                    .isEqualTo("{\"field\":\"id\",\"reason\":\"must be a UUID\"}");
        }
    }

    @Test
    void doesNotFindAnUnknownOrder() {
        UUID id = UUID.randomUUID();

        api.get("/orders/" + id).problem(404);
        api.put("/orders/" + id + "/delivery-address", ADDRESS).problem(404);
        api.post("/orders/" + id + "/cancellation", "").problem(404);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit, at least 1",
        "limit=201, limit, at most 200",
        "limit=ten, limit, must be an integer",
        "limit=99999999999, limit, must be an integer",
        "after=yesterday, after, must be a UUID",
        "status=LOST, status, must be one of"
    })
    void namesTheQueryParameter(String query, String field, String reason) {
        JsonNode error = api.get("/orders?" + query).problem(400).at("/errors/0");

        assertThat(error.get("field").asText()).isEqualTo(field);
        assertThat(error.get("reason").asText()).contains(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"Ada\"}", "{\"planet\":\"Mars\"}", "[]", "{", ""})
    void refusesAnInvalidAddress(String address) {
        api.put("/orders/" + UUID.randomUUID() + "/delivery-address", address).problem(400);
    }

    @Test
    void refusesAnInvalidIdempotencyKey() {
        for (String key : List.of("", "\"open", "k".repeat(256), "two words", "\"a\";b=1")) {
            assertThat(api.post("/orders", ORDER, "Idempotency-Key", key)
                            .problem(400)
                            .at("/errors/0/field")
                            .asText())
                    .isEqualTo("Idempotency-Key");
        }
        api.post("/orders", ORDER, "Idempotency-Key", "one", "Idempotency-Key", "two")
                .problem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders?limit=|", "/orders/a%2Fb", "/orders/%00", "/orders/%zz", "/../orders"})
    void refusesABrokenRequestLine(String target) throws IOException {
        try (Socket socket = new Socket("localhost", URI.create(api.base()).getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(target)
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json", "\"status\":400");
        }
    }
}
