package dev.waybill.shipping.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said of a carrier that is not called. */
class CarrierTest {

    @Test
    void aBreakerThatOpensForSlowAnswersSaysSo() {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .minimumNumberOfCalls(10)
                .slowCallDurationThreshold(Duration.ofSeconds(1))
                .slowCallRateThreshold(80)
                .build());
        Carrier carrier = new Carrier(null, breakers, BulkheadRegistry.ofDefaults());
        CircuitBreaker breaker = breakers.circuitBreaker("carrier");
        assertThat(carrier.away()).isEmpty();

        for (int i = 0; i < 10; i++) {
            breaker.onSuccess(2, TimeUnit.SECONDS);
        }

        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
        assertThat(carrier.away())
                .hasValueSatisfying(away -> assertThat(away.cause())
                        .isEqualTo("the circuit breaker is open: 100 % of its answers took too long"));
        assertThat(carrier.acquire(1)).isZero();
    }
}
