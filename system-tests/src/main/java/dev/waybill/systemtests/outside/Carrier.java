package dev.waybill.systemtests.outside;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The carrier, as its operator sees it: what it was asked, and what it therefore has. */
public record Carrier(Endpoints system) {

    private static final int UUID_LENGTH = 36;

    /**
     * A request that it got, and how it answered, whether anyone waited for that or not.
     *
     * @param order the order that the key begins with
     * @param address null if there was none in it
     */
    public record Request(String method, String path, String key, UUID order, Address address, int status) {

        public boolean done() {
            return status >= 200 && status < 300;
        }
    }

    /** @param state {@code Started}, {@code down} or {@code slow} */
    public void is(String state) throws IOException {
        Http.Answer answer =
                Http.put(system.carrier() + "/__admin/scenarios/carrier/state", "{\"state\":\"" + state + "\"}");
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
    }

    /** The journal, the first ones first. */
    public List<Request> requests() throws IOException {
        List<Request> requests = new ArrayList<>();
        for (JsonNode entry :
                Http.patiently(system.carrier() + "/__admin/requests").json().path("requests")) {
            JsonNode request = entry.path("request");
            String key = header(request.path("headers"), "Idempotency-Key");
            String body = request.path("body").asText();
            JsonNode address = body.isEmpty() ? null : Http.JSON.readTree(body).get("deliveryAddress");
            requests.add(new Request(
                    request.path("method").asText(),
                    request.path("url").asText(),
                    key,
                    UUID.fromString(key.substring(0, UUID_LENGTH)),
                    address == null ? null : Address.of(address),
                    entry.path("response").path("status").asInt()));
        }
        Collections.reverse(requests);
        return requests;
    }

    private static String header(JsonNode headers, String name) {
        for (var all = headers.fields(); all.hasNext(); ) {
            var header = all.next();
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue().asText();
            }
        }
        throw new AssertionError("a request without " + name + ": " + headers);
    }

    /** Empties the journal, which costs the carrier the more the longer it is. What it has, it still has. */
    public void forget() throws IOException {
        Http.Answer answer = Http.delete(system.carrier() + "/__admin/requests");
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
    }

    public int count() throws IOException {
        return Http.post(system.carrier() + "/__admin/requests/count", "{\"urlPathPattern\":\"/bookings.*\"}")
                .json()
                .path("count")
                .asInt();
    }

    /**
     * The addresses of the bookings that it has, by order: each thing that it was asked done once, whatever the number of
     * times, as a key demands. An order with two live bookings makes this fail.
     */
    public Map<UUID, Address> bookings() throws IOException {
        Set<String> doneKeys = new HashSet<>();
        Map<String, Address> live = new HashMap<>();
        Map<String, UUID> orders = new HashMap<>();
        for (Request request : requests()) {
            if (!request.done() || !doneKeys.add(request.key())) {
                continue;
            }
            String booking = request.method().equals("POST")
                    ? "BK-" + request.key()
                    : request.path().substring(request.path().lastIndexOf('/') + 1);
            if (request.method().equals("DELETE")) {
                live.remove(booking);
            } else {
                live.put(booking, request.address());
                orders.put(booking, request.order());
            }
        }
        Map<UUID, Address> byOrder = new HashMap<>();
        live.forEach((booking, address) -> {
            if (byOrder.put(orders.get(booking), address) != null) {
                throw new AssertionError("two live bookings of order " + orders.get(booking));
            }
        });
        return byOrder;
    }
}
