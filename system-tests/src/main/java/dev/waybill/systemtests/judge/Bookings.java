package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What the carrier has, and what it refused, as follows from its journal: each key is done once, however often it comes. */
final class Bookings {

    private static final String PREFIX = "BK-";

    /** One that the carrier has. */
    record Booking(String id, UUID order, Address address) {

        /** As this carrier makes them. */
        String trackingNumber() {
            return "TRK-" + id.substring(PREFIX.length()).toUpperCase(Locale.ROOT);
        }
    }

    private final Map<String, Booking> live = new LinkedHashMap<>();
    private final Set<UUID> everBooked = new HashSet<>();
    private final Map<UUID, Set<Address>> refused = new HashMap<>();

    private Bookings() {}

    /** @param journal in its order */
    static Bookings of(List<Carrier.Request> journal) {
        Bookings bookings = new Bookings();
        Set<String> doneKeys = new HashSet<>();
        for (Carrier.Request request : journal) {
            if (request.done()) {
                if (doneKeys.add(request.key())) {
                    bookings.done(request);
                }
            } else if (request.status() >= 400 && request.status() < 500 && request.address() != null) {
                bookings.refused
                        .computeIfAbsent(request.order(), order -> new HashSet<>())
                        .add(request.address());
            }
        }
        return bookings;
    }

    private void done(Carrier.Request request) {
        everBooked.add(request.order());
        String id = request.method().equals("POST")
                ? PREFIX + request.key()
                : request.path().substring(request.path().lastIndexOf('/') + 1);
        if (request.method().equals("DELETE")) {
            live.remove(id);
        } else {
            live.put(id, new Booking(id, request.order(), request.address()));
        }
    }

    Map<UUID, List<Booking>> byOrder() {
        Map<UUID, List<Booking>> byOrder = new LinkedHashMap<>();
        live.values()
                .forEach(booking -> byOrder.computeIfAbsent(booking.order(), order -> new ArrayList<>())
                        .add(booking));
        return byOrder;
    }

    /** The orders that it ever had a booking of. */
    Set<UUID> everBooked() {
        return everBooked;
    }

    /** Whether it would not deliver an order to this address. */
    boolean refused(UUID order, Address address) {
        return refused.getOrDefault(order, Set.of()).contains(address);
    }

    int size() {
        return live.size();
    }
}
