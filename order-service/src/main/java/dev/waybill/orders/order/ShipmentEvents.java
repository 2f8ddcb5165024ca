package dev.waybill.orders.order;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.waybill.outbox.inbox.InboxEvent;
import dev.waybill.outbox.inbox.InboxHandler;
import dev.waybill.outbox.inbox.UnprocessableEventException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What shipping's events mean here: they acknowledge the order's own. */
@Component
class ShipmentEvents implements InboxHandler {

    static final String TOPIC = "waybill.shipments";

    private static final Map<String, ShipmentStatus> BY_TYPE =
            Arrays.stream(ShipmentStatus.values()).collect(toMap(ShipmentStatus::eventType, identity()));

    private final Acknowledgements acknowledgements;

    ShipmentEvents(Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public Set<String> types() {
        return BY_TYPE.keySet();
    }

    @Override
    public void handle(List<InboxEvent> events) {
        acknowledgements.take(
                events.stream().map(ShipmentEvents::acknowledgement).toList());
    }

    private static Acknowledgement acknowledgement(InboxEvent event) {
        ShipmentData data = event.data(ShipmentData.class);
        if (data == null || data.orderSequence() == null) {
            throw new UnprocessableEventException(event.type() + " has no orderSequence");
        }
        Shipment shipment = new Shipment(BY_TYPE.get(event.type()), data.trackingNumber(), data.reason());
        return new Acknowledgement(orderId(event), event.sequence(), data.orderSequence(), shipment);
    }

    private static UUID orderId(InboxEvent event) {
        try {
            return UUID.fromString(event.subject());
        } catch (IllegalArgumentException e) {
            throw new UnprocessableEventException("the subject is no order id: " + event.subject(), e);
        }
    }

    /** What of shipping's data matters here. */
    private record ShipmentData(Long orderSequence, String trackingNumber, String reason) {}
}
