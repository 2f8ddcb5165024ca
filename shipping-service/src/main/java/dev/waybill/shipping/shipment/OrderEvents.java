package dev.waybill.shipping.shipment;

import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import dev.waybill.outbox.inbox.UnprocessableEventException;
import dev.waybill.shipping.Address;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** What an order's events mean here: they change what is wanted of its shipment, and nothing else. */
@Component
class OrderEvents implements InboxHandler {

    private static final String PLACED = "order.placed";
    private static final String READDRESSED = "order.readdressed";
    private static final String CANCELLATION_REQUESTED = "order.cancellation-requested";

    /** Something is wanted; told when that has committed. */
    record Wanted() {}

    private final Shipments shipments;
    private final Bookings bookings;
    private final WaitingRoom waitingRoom;
    private final ApplicationEventPublisher publisher;

    OrderEvents(Shipments shipments, Bookings bookings, WaitingRoom waitingRoom, ApplicationEventPublisher publisher) {
        this.shipments = shipments;
        this.bookings = bookings;
        this.waitingRoom = waitingRoom;
        this.publisher = publisher;
    }

    @Override
    public String topic() {
        return "waybill.orders";
    }

    @Override
    public Set<String> types() {
        return Set.of(PLACED, READDRESSED, CANCELLATION_REQUESTED);
    }

    @Override
    public void handle(List<InboxEvent> events) {
        Map<UUID, Wish> wishes = new LinkedHashMap<>();
        events.stream().map(OrderEvents::wish).forEach(wish -> wishes.merge(wish.orderId(), wish, Wish::then));
        shipments.want(wishes.values());
        publisher.publishEvent(new Wanted());
    }

    /** A sender that repeats itself has not heard the answer. */
    @Override
    public void repeated(List<InboxEvent> events) {
        Map<UUID, Long> versions = new LinkedHashMap<>();
        events.forEach(event -> versions.merge(orderId(event), event.sequence(), Math::max));
        bookings.tellAgain(versions);
    }

    /** Each event is taken for a new shipment here: some are changes, and then a little room is left. */
    @Override
    public int room() {
        return waitingRoom.free();
    }

    private static Wish wish(InboxEvent event) {
        UUID orderId = orderId(event);
        String trace = event.headers().get("traceparent");
        return switch (event.type()) {
            case PLACED -> Wish.placed(orderId, event.sequence(), address(event), trace);
            case READDRESSED -> Wish.readdressed(orderId, event.sequence(), address(event), trace);
            case CANCELLATION_REQUESTED -> Wish.cancelled(orderId, event.sequence(), trace);
            default -> throw new UnprocessableEventException("unknown type " + event.type());
        };
    }

    private static UUID orderId(InboxEvent event) {
        try {
            return UUID.fromString(event.subject());
        } catch (IllegalArgumentException e) {
            throw new UnprocessableEventException("the subject is no order id: " + event.subject(), e);
        }
    }

    private static Address address(InboxEvent event) {
        Address address = event.data(OrderData.class).deliveryAddress();
        if (address == null) {
            throw new UnprocessableEventException(event.type() + " has no deliveryAddress");
        }
        if (Stream.of(address.name(), address.street(), address.city(), address.postcode(), address.country())
                .anyMatch(Objects::isNull)) {
            throw new UnprocessableEventException(
                    event.type() + " has a deliveryAddress with parts missing: " + address);
        }
        return address;
    }

    /** What of an order's data matters here. */
    private record OrderData(Address deliveryAddress) {}
}
