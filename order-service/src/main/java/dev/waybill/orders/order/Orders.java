package dev.waybill.orders.order;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import dev.waybill.orders.OrdersProperties;
import dev.waybill.orders.idempotency.IdempotencyKey;
import dev.waybill.orders.idempotency.Once;
import dev.waybill.orders.web.Problem;
import dev.waybill.outbox.Outbox;
import dev.waybill.outbox.OutboxEvent;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What can be done with orders, each in one transaction with the event that tells of it. */
@Service
class Orders {

    private static final UUID ABOVE_ALL = new UUID(-1, -1);

    private final NoArgGenerator ids = Generators.timeBasedEpochGenerator();
    private final OrderRepository orders;
    private final Outbox outbox;
    private final Once once;
    private final Duration acknowledgementTimeout;

    Orders(OrderRepository orders, Outbox outbox, Once once, OrdersProperties properties) {
        this.orders = orders;
        this.outbox = outbox;
        this.once = once;
        this.acknowledgementTimeout = properties.acknowledgementTimeout();
    }

    @Transactional
    OrderView place(PlaceOrder request) {
        Order order = new Order(ids.generate(), request);
        return save(order, order.placed());
    }

    /** Places the order unless a request with this key did so before: then its answer is given again. */
    @Transactional
    Once.Answer<OrderView> place(PlaceOrder request, IdempotencyKey key) {
        return once.per(key, request, OrderView.class, () -> place(request));
    }

    @Transactional(readOnly = true)
    OrderView get(UUID id) {
        return orders.findById(id).orElseThrow(() -> notFound(id)).view();
    }

    @Transactional(readOnly = true)
    OrderPage list(OrderStatus status, int limit, UUID after) {
        UUID before = after == null ? ABOVE_ALL : after;
        // One more than asked for tells whether there is a next page.
        Limit enough = Limit.of(limit + 1);
        List<Order> found =
                status == null ? orders.findNewest(before, enough) : orders.findNewest(status, before, enough);
        List<OrderView> items = found.stream().limit(limit).map(Order::view).toList();
        return new OrderPage(items, found.size() > limit ? items.get(limit - 1).id() : null);
    }

    @Transactional
    OrderView readdress(UUID id, Address address, IfMatch ifMatch) {
        Order order = locked(id, ifMatch);
        if (!order.isOpen()) {
            throw conflict(order, "has its address fixed");
        }
        return order.isAt(address) ? order.view() : save(order, order.readdress(address));
    }

    @Transactional
    OrderView cancel(UUID id, IfMatch ifMatch) {
        Order order = locked(id, ifMatch);
        if (order.status() == OrderStatus.REJECTED) {
            throw conflict(order, "has nothing to cancel");
        }
        return order.isOpen() ? save(order, order.requestCancellation()) : order.view();
    }

    private Order locked(UUID id, IfMatch ifMatch) {
        Order order = orders.findLocked(id).orElseThrow(() -> notFound(id));
        ifMatch.require(order.view());
        return order;
    }

    private OrderView save(Order order, OrderEvent event) {
        order.awaitAcknowledgement(acknowledgementTimeout);
        // The flush moves the version, which the answer shows.
        OrderView saved = orders.saveAndFlush(order).view();
        outbox.append(new OutboxEvent(order.getId().toString(), order.eventSequence(), event.type(), event));
        return saved;
    }

    static Problem notFound(UUID id) {
        return new Problem(HttpStatus.NOT_FOUND, "unknown-order", "Unknown order", "There is no order " + id);
    }

    private static Problem conflict(Order order, String why) {
        return new Problem(
                HttpStatus.CONFLICT,
                "wrong-status",
                "Wrong status",
                "Order %s is %s and %s".formatted(order.getId(), order.status(), why));
    }
}
