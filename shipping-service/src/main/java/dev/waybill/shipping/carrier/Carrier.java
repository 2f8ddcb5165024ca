package dev.waybill.shipping.carrier;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The carrier behind a bulkhead and a circuit breaker, both called {@code carrier} in the configuration of Resilience4j.
 *
 * <p>Permission comes first: who wants to call asks for permits, and gets none while the breaker is open, so nothing is
 * even claimed then; each permit is either used by one {@link #ask} or given back.
 */
@Component
public class Carrier {

    private static final Logger log = LoggerFactory.getLogger(Carrier.class);
    private static final String NAME = "carrier";

    /**
     * The breaker is open.
     *
     * @param cause what the carrier did last
     * @param until when it is tried again, or null if an operator decides that
     */
    public record Away(String cause, Instant until) {}

    private final CarrierClient client;
    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private volatile Instant openUntil;
    private volatile String lastError = "";

    Carrier(CarrierClient client, CircuitBreakerRegistry breakers, BulkheadRegistry bulkheads) {
        this.client = client;
        this.breaker = breakers.circuitBreaker(NAME);
        this.bulkhead = bulkheads.bulkhead(NAME);
        breaker.getEventPublisher()
                .onError(event -> lastError = event.getThrowable().getMessage());
        breaker.getEventPublisher()
                .onSlowCallRateExceeded(
                        event -> lastError = "%.0f %% of its answers took too long".formatted(event.getSlowCallRate()));
        breaker.getEventPublisher()
                .onStateTransition(
                        event -> transition(event.getStateTransition().getToState()));
    }

    private void transition(State to) {
        if (to == State.OPEN) {
            long wait = breaker.getCircuitBreakerConfig()
                    .getWaitIntervalFunctionInOpenState()
                    .apply(1);
            openUntil = Instant.now().plusMillis(wait);
        }
        log.info("the breaker is {}{}", to, to == State.OPEN ? ": " + lastError : "");
    }

    /** @return how many calls may be made now, at most {@code most}: so many permits are the caller's */
    public int acquire(int most) {
        if (breaker.getState() == State.OPEN || breaker.getState() == State.FORCED_OPEN) {
            return 0; // asking would count as a call that was not permitted, several times a second
        }
        int permits = 0;
        while (permits < most && bulkhead.tryAcquirePermission()) {
            if (!breaker.tryAcquirePermission()) {
                bulkhead.releasePermission();
                break;
            }
            permits++;
        }
        return permits;
    }

    /** Gives permits back that are not needed. */
    public void release(int permits) {
        for (int i = 0; i < permits; i++) {
            breaker.releasePermission();
            bulkhead.releasePermission();
        }
    }

    /**
     * Asks, with a permit that is used up by it.
     *
     * @throws CarrierAwayException if the carrier gives no answer; the breaker has counted that
     */
    public Answer ask(Question question) {
        long begin = System.nanoTime();
        try {
            Answer answer = client.ask(question);
            breaker.onResult(System.nanoTime() - begin, breaker.getTimestampUnit(), answer);
            return answer;
        } catch (RuntimeException | Error e) {
            breaker.onError(System.nanoTime() - begin, breaker.getTimestampUnit(), e);
            throw e;
        } finally {
            bulkhead.onComplete();
        }
    }

    /** Whether the breaker is open, and why. */
    public Optional<Away> away() {
        return switch (breaker.getState()) {
            case OPEN, HALF_OPEN -> Optional.of(new Away("the circuit breaker is open: " + lastError, openUntil));
            case FORCED_OPEN -> Optional.of(new Away("an operator has opened the circuit breaker", null));
            default -> Optional.empty();
        };
    }

    /** Most calls at a time. */
    public int capacity() {
        return bulkhead.getBulkheadConfig().getMaxConcurrentCalls();
    }
}
