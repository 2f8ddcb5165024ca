package dev.waybill.orders.order;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.waybill.outbox.inbox.UnprocessableEventException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Takes in shipping's acknowledgements: a batch is one lock, one batch of updates and one insert. */
@Component
class Acknowledgements {

    private static final String INSERT = """
            INSERT INTO orders.acknowledgement (order_id, order_sequence, sequence, type)
            SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::text[])
            ON CONFLICT DO NOTHING
            """;

    private final OrderRepository orders;
    private final JdbcTemplate jdbc;

    Acknowledgements(OrderRepository orders, JdbcTemplate jdbc) {
        this.orders = orders;
        this.jdbc = jdbc;
    }

    /**
     * @param told in the order in which shipping has told it
     * @throws UnprocessableEventException if there is no such order, or it has not said yet what is acknowledged
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void take(List<Acknowledgement> told) {
        Map<UUID, Order> locked =
                orders.findLocked(told.stream().map(Acknowledgement::orderId).collect(toSet())).stream()
                        .collect(toMap(Order::getId, identity()));
        for (Acknowledgement each : told) {
            Order order = locked.get(each.orderId());
            if (order == null) {
                throw new UnprocessableEventException("there is no order " + each.orderId());
            }
            if (each.orderSequence() < 0 || each.orderSequence() > order.eventSequence()) {
                throw new UnprocessableEventException("event %d of order %s is acknowledged, whose latest is %d"
                        .formatted(each.orderSequence(), each.orderId(), order.eventSequence()));
            }
            order.acknowledge(each);
        }
        orders.flush(); // here, where what the database refuses is told from a database that is away
        keep(told.stream().filter(Acknowledgement::isOutcome).toList());
    }

    private void keep(List<Acknowledgement> outcomes) {
        jdbc.update(
                INSERT,
                outcomes.stream().map(Acknowledgement::orderId).toArray(UUID[]::new),
                outcomes.stream().map(Acknowledgement::orderSequence).toArray(Long[]::new),
                outcomes.stream().map(Acknowledgement::sequence).toArray(Long[]::new),
                outcomes.stream()
                        .map(outcome -> outcome.shipment().status().eventType())
                        .toArray(String[]::new));
    }
}
