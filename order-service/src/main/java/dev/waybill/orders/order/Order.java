package dev.waybill.orders.order;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.OptimisticLock;
import org.hibernate.type.SqlTypes;
import org.springframework.data.domain.Persistable;

/**
 * An order: who ordered what at which price, which never changes, and its course, which does.
 *
 * <p>Each change that others must hear of returns its event. The event's sequence is counted in this row, so whoever
 * calls a change must have loaded the order under its row's lock.
 */
@Entity
@Table(name = "orders")
class Order implements Persistable<UUID> {

    @Id
    private UUID id;

    @Column(updatable = false)
    private String customerId;

    @Enumerated(EnumType.STRING)
    private OrderStatus status;

    /** Null until the first flush. */
    @Version
    private Long version;

    private long eventSequence;

    @Column(updatable = false)
    private String currency;

    @ElementCollection
    @CollectionTable(name = "order_line", joinColumns = @JoinColumn(name = "order_id"))
    @OrderColumn(name = "line")
    private List<OrderLine> lines;

    @Column(updatable = false)
    private BigDecimal total;

    @Embedded
    private Address deliveryAddress;

    /** Null until shipping has told of it. */
    @Embedded
    private Shipment shipment;

    /**
     * How long, from the transaction's begin on, until the events are published again; null while nothing is waited for.
     * The time itself is made by the database, whose clock alone decides: instances may disagree about the time.
     */
    @Column(name = "next_publishing_at")
    @ColumnTransformer(read = "next_publishing_at - now()", write = "now() + ?")
    @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
    @OptimisticLock(excluded = true) // no change of the order itself
    private Duration publishedAgainIn;

    @OptimisticLock(excluded = true)
    private int timeouts;

    @Column(updatable = false)
    private Instant placedAt;

    private Instant updatedAt;

    /** For JPA. */
    protected Order() {}

    Order(UUID id, PlaceOrder request) {
        this.id = id;
        this.customerId = request.customerId();
        this.status = OrderStatus.PLACED;
        this.currency = request.currency();
        this.lines = request.lines();
        this.total = request.total();
        this.deliveryAddress = request.deliveryAddress();
        this.placedAt = now();
        this.updatedAt = placedAt;
    }

    OrderEvent placed() {
        return new OrderEvent.Placed(id, customerId, currency, lines(), total(), deliveryAddress, placedAt);
    }

    boolean isAt(Address address) {
        return deliveryAddress.equals(address);
    }

    /** Whether shipping can still be told of another address. */
    boolean isOpen() {
        return status == OrderStatus.PLACED || status == OrderStatus.CONFIRMED;
    }

    OrderEvent readdress(Address address) {
        deliveryAddress = address;
        changed();
        return new OrderEvent.Readdressed(id, address);
    }

    OrderEvent requestCancellation() {
        status = OrderStatus.CANCELLING;
        changed();
        return new OrderEvent.CancellationRequested(id);
    }

    /** The latest event is to be acknowledged by shipping, or else published again after the timeout. */
    void awaitAcknowledgement(Duration timeout) {
        publishedAgainIn = timeout;
        timeouts = 0;
    }

    /**
     * Takes in what shipping has told. The shipment is as told last; the order's status moves only by an answer to its
     * latest event: to an earlier one it has added something since, and the answer to that is still to come.
     */
    void acknowledge(Acknowledgement told) {
        OrderStatus next = status;
        if (told.orderSequence() == eventSequence) {
            publishedAgainIn = null;
            next = told.isOutcome() ? told.shipment().status().outcome() : status;
        }
        if (next != status || !told.shipment().equals(shipment)) {
            status = next;
            shipment = told.shipment();
            updatedAt = now();
        }
    }

    private void changed() {
        eventSequence++;
        updatedAt = now();
    }

    /** As exact as Postgres keeps it, so that an order reads the same before and after it was stored. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public UUID getId() {
        return id;
    }

    /** To be told, as Spring Data would look for a getter of the version first, by an exception each time. */
    @Override
    public boolean isNew() {
        return version == null;
    }

    OrderStatus status() {
        return status;
    }

    long version() {
        return version;
    }

    long eventSequence() {
        return eventSequence;
    }

    private List<OrderLine> lines() {
        return lines.stream().map(line -> line.in(currency)).toList();
    }

    private BigDecimal total() {
        return Money.in(currency, total);
    }

    OrderView view() {
        return new OrderView(
                id,
                customerId,
                status,
                version,
                currency,
                lines(),
                total(),
                deliveryAddress,
                shipment,
                placedAt,
                updatedAt);
    }
}
