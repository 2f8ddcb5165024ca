package dev.waybill.systemtests.judge;

import dev.waybill.systemtests.history.Observed;
import dev.waybill.systemtests.history.Operation;
import dev.waybill.systemtests.judge.Violation.Kind;
import dev.waybill.systemtests.outside.Address;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Whether each order, its shipment and its booking are at the same address, and at one that was wished last. */
record AddressChecks(Evidence evidence, EventTracks orderEvents, Findings findings) {

    /** @return how many orders a late call has put back to an earlier address */
    int judge() {
        int late = 0;
        for (Observed.Order order : evidence.orders()) {
            Story story = evidence.story(order.id());
            if (story != null) {
                late += judge(order, story) ? 1 : 0;
            }
        }
        return late;
    }

    private boolean judge(Observed.Order order, Story story) {
        Observed.Shipment shipment = evidence.shipment(order.id());
        List<Bookings.Booking> live = evidence.bookings(order.id());
        Address ordered = order.deliveryAddress();
        Address shipped = shipment == null ? ordered : shipment.deliveryAddress();
        Address booked = live.size() == 1 ? live.get(0).address() : ordered;
        boolean same = Stream.of(shipped, booked).allMatch(address -> Objects.equals(address, ordered));
        boolean wishedLast = story.lastAddresses().contains(ordered);
        boolean late = !wishedLast && story.lateAddresses().contains(ordered) && changedOnceMore(order, story);
        if (!same || !wishedLast && !late) {
            findings.add(
                    Kind.WRONG_ADDRESS,
                    order.id(),
                    "wished %s; the order has %s, the shipment %s, the booking %s",
                    story.lastAddresses(),
                    ordered,
                    shipped,
                    live.size() == 1 ? booked : "-");
        }
        return same && late;
    }

    /** Whether the topic shows the change that a late call has made. */
    private boolean changedOnceMore(Observed.Order order, Story story) {
        return orderEvents.count(order.id(), EventChecks.READDRESSED) > story.acknowledged(Operation.Kind.READDRESS);
    }
}
