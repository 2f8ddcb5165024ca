package dev.waybill.orders.order;

import jakarta.persistence.LockModeType;
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

    // Two queries rather than one with "status is null or": each is a walk along one index.

    @Query("select o from Order o where o.id < :before order by o.id desc")
    List<Order> findNewest(UUID before, Limit limit);

    @Query("select o from Order o where o.status = :status and o.id < :before order by o.id desc")
    List<Order> findNewest(OrderStatus status, UUID before, Limit limit);
}
