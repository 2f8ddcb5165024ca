package dev.waybill.systemtests;

import static dev.waybill.systemtests.outside.Part.CARRIER;
import static dev.waybill.systemtests.outside.Part.KAFKA;
import static dev.waybill.systemtests.outside.Part.ORDER_SERVICE;
import static dev.waybill.systemtests.outside.Part.POSTGRES;
import static dev.waybill.systemtests.outside.Part.SHIPPING_SERVICE;

import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Endpoints;
import dev.waybill.systemtests.outside.Part;
import dev.waybill.systemtests.outside.Topic;
import dev.waybill.systemtests.wire.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Every point between two steps of a service that differ to those outside, named by what is done. The two services take
 * turns, so that each has lived for a while when it is killed again.
 */
enum CrashPoint {
    ORDER_WRITTEN(ORDER_SERVICE, POSTGRES, order()),
    SHIPMENT_CLAIMED(SHIPPING_SERVICE, CARRIER, carrier("POST")),
    ORDER_COMMITTED(ORDER_SERVICE, POSTGRES, order().unheard()),
    CARRIER_BOOKED(SHIPPING_SERVICE, CARRIER, carrier("POST").unheard()),
    ORDER_EVENTS_READ(ORDER_SERVICE, KAFKA, produce(Auditor.ORDERS)),
    CARRIER_REDIRECTED(SHIPPING_SERVICE, CARRIER, carrier("PUT").unheard()),
    ORDER_EVENTS_PRODUCED(ORDER_SERVICE, KAFKA, produce(Auditor.ORDERS).unheard()),
    CARRIER_CANCELLED(SHIPPING_SERVICE, CARRIER, carrier("DELETE").unheard()),
    ORDER_EVENTS_ACKNOWLEDGED(ORDER_SERVICE, POSTGRES, offset("orders")),
    OUTCOME_WRITTEN(SHIPPING_SERVICE, POSTGRES, outcome()),
    ORDERS_OFFSET_WRITTEN(ORDER_SERVICE, POSTGRES, offset("orders").unheard()),
    OUTCOME_COMMITTED(SHIPPING_SERVICE, POSTGRES, outcome().unheard()),
    ANSWERS_TAKEN_IN(ORDER_SERVICE, POSTGRES, inbox("orders")),
    ORDERS_TAKEN_IN(SHIPPING_SERVICE, POSTGRES, inbox("shipping")),
    ANSWERS_TAKEN_IN_UNHEARD(ORDER_SERVICE, POSTGRES, inbox("orders").unheard()),
    ORDERS_TAKEN_IN_UNHEARD(SHIPPING_SERVICE, POSTGRES, inbox("shipping").unheard()),
    ANSWERS_COMMITTED(ORDER_SERVICE, KAFKA, offsetCommit(ORDER_SERVICE)),
    ORDERS_COMMITTED(SHIPPING_SERVICE, KAFKA, offsetCommit(SHIPPING_SERVICE)),
    ANSWERS_DONE_WITH(ORDER_SERVICE, KAFKA, offsetCommit(ORDER_SERVICE).unheard()),
    ORDERS_DONE_WITH(SHIPPING_SERVICE, KAFKA, offsetCommit(SHIPPING_SERVICE).unheard()),
    ANSWERS_READ(SHIPPING_SERVICE, KAFKA, produce(Auditor.SHIPMENTS)),
    ANSWERS_PRODUCED(SHIPPING_SERVICE, KAFKA, produce(Auditor.SHIPMENTS).unheard()),
    ANSWERS_ACKNOWLEDGED(SHIPPING_SERVICE, POSTGRES, offset("shipping")),
    ANSWERS_OFFSET_WRITTEN(SHIPPING_SERVICE, POSTGRES, offset("shipping").unheard());

    /** Those whose mistakes are the likeliest. */
    static final Set<CrashPoint> SOME = EnumSet.of(
            ORDER_COMMITTED,
            CARRIER_BOOKED,
            ORDER_EVENTS_PRODUCED,
            OUTCOME_WRITTEN,
            ORDER_EVENTS_ACKNOWLEDGED,
            ORDERS_TAKEN_IN_UNHEARD);

    private final Part service;
    private final Part server;
    private final Act act;

    CrashPoint(Part service, Part server, Act act) {
        this.service = service;
        this.server = server;
        this.act = act;
    }

    /** @param done counts what its server has of it */
    private record Act(Step step, ToLongFunction<Endpoints> done) {

        Act unheard() {
            return new Act(step.unheard(), done);
        }
    }

    /** Who is killed. */
    Part service() {
        return service;
    }

    /** Whom it is speaking to. */
    Part server() {
        return server;
    }

    Step step() {
        return act.step();
    }

    /** A number that moves whenever the server has done what the step is about, and else does not. */
    long done(Endpoints system) {
        return act.done().applyAsLong(system);
    }

    private static Act order() {
        return new Act(
                Step.commitAfter("INSERT INTO orders.orders").and(Step.commitAfter("INSERT INTO outbox.event")),
                number("orders", "SELECT count(*) FROM orders.orders"));
    }

    private static Act produce(String topic) {
        return new Act(Step.produce(), system -> Topic.read(system, topic).size());
    }

    private static Act offset(String database) {
        return new Act(
                Step.sql("UPDATE outbox.relay_offset SET position"),
                number(database, "SELECT position FROM outbox.relay_offset"));
    }

    private static Act inbox(String database) {
        return new Act(
                Step.commitAfter("INSERT INTO outbox.inbox AS"),
                number(database, "SELECT coalesce(sum(sequence + 1), 0) FROM outbox.inbox"));
    }

    private static Act offsetCommit(Part group) {
        return new Act(Step.offsetCommit(), system -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", system.kafka()))) {
                return admin
                        .listConsumerGroupOffsets(group.toString())
                        .partitionsToOffsetAndMetadata()
                        .get(30, TimeUnit.SECONDS)
                        .values()
                        .stream()
                        .mapToLong(OffsetAndMetadata::offset)
                        .sum();
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Act carrier(String method) {
        return new Act(Step.http(method + " /bookings"), system -> {
            try {
                return new Carrier(system)
                        .requests().stream()
                                .filter(request -> request.method().equals(method))
                                .count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The reconciler's transaction, one in which an order is told. */
    private static Act outcome() {
        return new Act(
                Step.commitAfter("FROM shipping.shipment WHERE next_attempt_at <= now()")
                        .and(Step.commitAfter("INSERT INTO outbox.event")),
                number("shipping", "SELECT count(booked) FROM shipping.shipment"));
    }

    private static ToLongFunction<Endpoints> number(String database, String sql) {
        return system -> new Database(system, database).number(sql);
    }
}
