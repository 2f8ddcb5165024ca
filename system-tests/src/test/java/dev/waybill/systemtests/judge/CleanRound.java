package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.FaultSpan;
import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.history.Poison;
import dev.waybill.systemtests.history.Round;
import dev.waybill.systemtests.history.Sample;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Makes random histories of a system that keeps its promises, with all that it is allowed to do: repetitions on the topics
 * and at the carrier, calls whose answers were lost, were done or not done, or were done too late.
 */
public final class CleanRound {

    private static final int PARTITIONS = 3;
    private static final long LENGTH = 120_000;

    private final Random random;
    private final Scene scene = new Scene();
    private final List<List<TopicRecord>> orderEvents = new ArrayList<>();
    private final List<List<TopicRecord>> shipmentEvents = new ArrayList<>();
    private final List<List<Carrier.Request>> requests = new ArrayList<>();
    private int addresses;

    private CleanRound(long seed) {
        random = new Random(seed);
        scene.round = new Round(
                seed, "clean", Instant.parse("2026-01-02T03:04:05Z"), 2, LENGTH, LENGTH + random.nextInt(30_000), 120);
    }

    public static Scene of(long seed, int orders) {
        CleanRound round = new CleanRound(seed);
        for (int i = 0; i < orders; i++) {
            round.new Life(i % 8).live();
        }
        round.finish();
        return round.scene;
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private Address address() {
        Address plain = Address.number(++addresses);
        return chance(10) ? new Address(plain.name(), plain.street(), plain.city(), "REFUSED", plain.country()) : plain;
    }

    private void finish() {
        place(merged(orderEvents), Observed.ORDERS, Observed.SHIPPING_SERVICE, scene.orderEvents);
        place(merged(shipmentEvents), Observed.SHIPMENTS, Observed.ORDER_SERVICE, scene.shipmentEvents);
        scene.carrier.addAll(merged(requests));
        scene.faults.add(new FaultSpan("kill -9", "order-service-1", 10_000, 14_000, "its process was gone", null));
        scene.faults.add(new FaultSpan("carrier down", "carrier", 30_000, 55_000, "the breaker opened", null));
        scene.faults.add(new FaultSpan("cut", "kafka", 60_000, 60_000, null, "no proxy there"));
        for (long at = 0; at < LENGTH; at += 1000) {
            boolean open = at > 33_000 && at < 58_000;
            scene.samples.add(new Sample(
                    at,
                    at > 10_000 && at < 14_000 ? null : (long) random.nextInt(20),
                    (long) random.nextInt(5),
                    open ? "OPEN" : "CLOSED",
                    open ? at / 1000 : 0,
                    at / 100));
        }
    }

    /** Some order that keeps that of each list. */
    private <T> List<T> merged(List<List<T>> lists) {
        List<T> merged = new ArrayList<>();
        List<List<T>> left = new ArrayList<>();
        lists.forEach(list -> left.add(new ArrayList<>(list)));
        left.removeIf(List::isEmpty);
        while (!left.isEmpty()) {
            int next = random.nextInt(Math.min(5, left.size()));
            merged.add(left.get(next).remove(0));
            if (left.get(next).isEmpty()) {
                left.remove(next);
            }
        }
        return merged;
    }

    /** Gives the records their offsets, with poison between them. */
    private void place(List<TopicRecord> events, String topic, String receiver, List<TopicRecord> records) {
        long[] offsets = new long[PARTITIONS];
        for (TopicRecord event : events) {
            if (chance(5)) {
                int partition = random.nextInt(PARTITIONS);
                long offset = offsets[partition]++;
                records.add(new TopicRecord(partition, offset, null, null, null, null, null, null));
                scene.poison.add(new Poison(topic, partition, offset, "no-id"));
                scene.deadLetters.add(new Observed.Letter(
                        receiver, 1, "FAILED", "the header ce_id is missing", null, null, topic, partition, offset));
            }
            long offset = offsets[event.partition()]++;
            records.add(new TopicRecord(
                    event.partition(),
                    offset,
                    event.key(),
                    event.id(),
                    event.type(),
                    event.source(),
                    event.subject(),
                    event.sequence()));
        }
    }

    /** One order's, from its client's wish to its shipment. */
    private final class Life {

        private final int client;
        private final UUID id = uuid();
        private final Address placedAt = address();
        private final List<TopicRecord> events = new ArrayList<>();
        private final List<TopicRecord> answers = new ArrayList<>();
        private final List<Carrier.Request> asked = new ArrayList<>();
        private long now = random.nextInt((int) LENGTH);
        private Address address = placedAt;
        private Address booked;
        private String status = "PLACED";
        private Address late;

        Life(int client) {
            this.client = client;
        }

        void live() {
            if (chance(3)) {
                call(Operation.Kind.PLACE, uuid(), placedAt, Operation.Result.FAIL, 422, "refused");
                return;
            }
            boolean told = wish(Operation.Kind.PLACE, placedAt);
            for (int changes = random.nextInt(4); told && changes > 0; changes--) {
                told = wish(Operation.Kind.READDRESS, address());
            }
            if (told && chance(30)) {
                told = wish(Operation.Kind.CANCEL, null);
            }
            if (told && late != null && status.equals("CONFIRMED")) {
                done(Operation.Kind.READDRESS, late);
            }
            if (!events.isEmpty()) {
                leave();
            }
        }

        /** @return whether the client may go on with this order */
        private boolean wish(Operation.Kind kind, Address to) {
            UUID wish = uuid();
            int unknown = chance(30) ? 1 + random.nextInt(2) : 0;
            for (int attempt = 0; attempt < unknown; attempt++) {
                boolean answered = chance(50);
                call(kind, wish, to, Operation.Result.UNKNOWN, answered ? 503 : null, "lost");
                if (chance(50)) {
                    done(kind, to);
                } else if (!answered && kind == Operation.Kind.READDRESS && chance(20)) {
                    late = to;
                }
            }
            if (unknown > 0 && chance(20)) {
                late = null;
                return false;
            }
            boolean done = done(kind, to);
            call(
                    kind,
                    wish,
                    to,
                    done ? Operation.Result.OK : Operation.Result.FAIL,
                    done ? 200 : 409,
                    done ? null : "wrong status");
            return true;
        }

        private void call(
                Operation.Kind kind, UUID wish, Address to, Operation.Result result, Integer status, String trouble) {
            boolean known = kind != Operation.Kind.PLACE || result == Operation.Result.OK;
            scene.operations.add(
                    new Operation(client, kind, wish, known ? id : null, to, now, now + 20, result, status, trouble));
            now += 50;
        }

        /** @return whether the order-service would do that, or has done it before */
        private boolean done(Operation.Kind kind, Address to) {
            if (kind == Operation.Kind.PLACE) {
                if (events.isEmpty()) {
                    event(EventChecks.PLACED);
                    status = "CONFIRMED";
                    ask("POST", "", "", to);
                }
                return true;
            }
            if (kind == Operation.Kind.CANCEL) {
                if (status.equals("CONFIRMED")) {
                    event(EventChecks.CANCELLATION_REQUESTED);
                    ask("DELETE", "/BK-" + id + "-0", "-cancel", null);
                    status = "CANCELLED";
                }
                return !status.equals("REJECTED");
            }
            if (!status.equals("CONFIRMED")) {
                return false;
            }
            if (!to.equals(address)) {
                address = to;
                event(EventChecks.READDRESSED);
                ask("PUT", "/BK-" + id + "-0", "-redirect", to);
            }
            return true;
        }

        /** Asks the carrier, more often than needed. */
        private void ask(String method, String path, String suffix, Address to) {
            boolean refused = to != null && to.postcode().equals("REFUSED");
            int repetitions = chance(20) ? 2 : 1;
            if (chance(20)) {
                request(method, path, suffix, to, 503);
            }
            for (int i = 0; i < repetitions; i++) {
                request(method, path, suffix, to, refused ? 422 : 200);
            }
            if (refused) {
                status = "REJECTED";
                if (booked != null) {
                    ask("DELETE", "/BK-" + id + "-0", "-cancel", null);
                }
            } else {
                booked = to;
                answer(chance(50) ? "shipment.booked" : "shipment.awaiting");
            }
        }

        private void request(String method, String path, String suffix, Address to, int answered) {
            String key = id + "-" + (events.size() - 1) + suffix;
            asked.add(new Carrier.Request(method, "/bookings" + path, key, id, to, answered));
        }

        private void event(String type) {
            events.add(record(events.size(), type));
        }

        private void answer(String type) {
            answers.add(record(answers.size(), type));
        }

        private TopicRecord record(long sequence, String type) {
            int partition = Math.floorMod(id.hashCode(), PARTITIONS);
            String subject = id.toString();
            return new TopicRecord(partition, 0, subject, uuid().toString(), type, "/source", subject, sequence);
        }

        private void leave() {
            String shipment =
                    switch (status) {
                        case "CANCELLED" -> "CANCELLED";
                        case "REJECTED" -> "REFUSED";
                        default -> "BOOKED";
                    };
            answer("shipment." + shipment.toLowerCase(Locale.ROOT));
            String trackingNumber =
                    booked == null ? null : "TRK-" + id.toString().toUpperCase(Locale.ROOT) + "-0";
            scene.orders.add(new Observed.Order(id, status, address, new Observed.Told(shipment, trackingNumber)));
            scene.shipments.add(new Observed.Shipment(id, shipment, address, trackingNumber));
            orderEvents.add(repeated(events));
            shipmentEvents.add(repeated(answers));
            requests.add(asked);
        }

        /** As a relay that was killed leaves it: some of the events again, at any later time. */
        private List<TopicRecord> repeated(List<TopicRecord> written) {
            List<TopicRecord> records = new ArrayList<>(written);
            while (chance(15)) {
                int from = random.nextInt(written.size());
                int again = 1 + from + random.nextInt(written.size() - from);
                int after = records.indexOf(written.get(again - 1)) + 1;
                int at = after + random.nextInt(records.size() - after + 1);
                records.addAll(at, written.subList(from, again));
            }
            return records;
        }
    }
}
