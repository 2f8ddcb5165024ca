package dev.waybill.orders.order;

import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface OrderRepository extends Repository<Order, UUID> {

    Order saveAndFlush(Order order);

    Optional<Order> findById(UUID id);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select o from Order o where o.id = :id")
    Optional<Order> findLocked(UUID id);

    /** Locked in the order of their ids, so that two that lock several never wait for each other in a circle. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select o from Order o where o.id in :ids order by o.id")
    List<Order> findLocked(Collection<UUID> ids);

    void flush();

    // Two queries rather than one with "status is null or": each is a walk along one index.

    @Query("select o from Order o where o.id < :before order by o.id desc")
    List<Order> findNewest(UUID before, Limit limit);

    @Query("select o from Order o where o.status = :status and o.id < :before order by o.id desc")
    List<Order> findNewest(OrderStatus status, UUID before, Limit limit);
}
