package dev.waybill.shipping.shipment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.waybill.shipping.ShippingIT;
import dev.waybill.shipping.carrier.Answer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Claims and their outcomes, where whoever claimed did not live to write, or not to hear that it had. */
class ClaimsIT extends ShippingIT {

    @Autowired
    private Bookings bookings;

    private CircuitBreaker breaker;

    @BeforeEach
    void breakerIsClosed(@Autowired CircuitBreakerRegistry breakers) {
        breaker = breakers.circuitBreaker("carrier");
        breaker.reset();
    }

    @AfterEach
    void closeBreaker() {
        breaker.reset();
    }

    @Test
    void aClaimWhoseOwnerIsGoneIsTakenOverAndItsLateOutcomeCountsNoMore() {
        carrier.is("down");
        List<UUID> openers =
                IntStream.range(0, 15).mapToObj(i -> placed("City " + i)).toList();
        await().atMost(PATIENCE).until(() -> breaker.getState() == CircuitBreaker.State.OPEN);
        UUID order = placed("London");
        // Another instance, whose breaker is closed, claims everything that is due, and dies.
        List<Bookings.Claim> claims = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            claims.addAll(bookings.settleAndClaim(List.of(), 100));
            return claims.stream().anyMatch(claim -> claim.orderId().equals(order));
        });
        carrier.is("Started");
        Stream.concat(Stream.of(order), openers.stream()).forEach(each -> awaitStatus(each, "BOOKED"));
        Bookings.Claim lost = claims.stream()
                .filter(claim -> claim.orderId().equals(order))
                .findFirst()
                .orElseThrow();
        Answer late = new Answer(Answer.Kind.REFUSED, null, null, "too late to matter");
        bookings.settleAndClaim(List.of(new Bookings.Outcome(lost, late, null)), 0);
        assertThat(awaitStatus(order, "BOOKED").path("lastError").isNull()).isTrue();
        assertThat(told(order)).endsWith("shipment.booked 0");
    }

    @Test
    void anOutcomeWhoseCommitWasNotHeardOfIsWrittenOnce() {
        breaker.transitionToForcedOpenState();
        UUID order = placed("London");
        List<Bookings.Claim> claims = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            claims.addAll(bookings.settleAndClaim(List.of(), 1));
            return !claims.isEmpty();
        });
        Answer booked = new Answer(Answer.Kind.DONE, "BK-1", "TRK-1", null);
        Answer gone = new Answer(Answer.Kind.GONE, null, null, null);
        for (Answer answer : List.of(booked, booked, gone)) {
            bookings.settleAndClaim(List.of(new Bookings.Outcome(claims.get(0), answer, null)), 0);
        }
        assertThat(told(order)).filteredOn("shipment.booked 0"::equals).hasSize(1);
        assertThat(awaitStatus(order, "BOOKED").path("trackingNumber").asText()).isEqualTo("TRK-1");
    }
}
