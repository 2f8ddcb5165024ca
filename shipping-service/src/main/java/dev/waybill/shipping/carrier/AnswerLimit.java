package dev.waybill.shipping.carrier;

import dev.waybill.shipping.ShippingProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * Cuts off what has not been answered as a whole within {@code shipping.carrier.read-timeout}, for a socket's own limit begins
 * anew with each byte. The requests are looked at in turn, ten times a second.
 *
 * <p>A request that is done has given its connection back, in one step, and to cancel it does nothing: so none is taken out
 * when it is done, and there are never more than were sent within the limit and a look.
 */
@Component
class AnswerLimit implements ExecChainHandler, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AnswerLimit.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private record Sent(Cancellable request, long at) {}

    private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final Duration limit;
    private final ScheduledExecutorService clock;

    AnswerLimit(ShippingProperties properties) {
        this.limit = properties.carrier().readTimeout();
        CustomizableThreadFactory daemon = new CustomizableThreadFactory("carrier-limit-");
        daemon.setDaemon(true);
        this.clock = Executors.newSingleThreadScheduledExecutor(daemon);
        clock.scheduleWithFixedDelay(this::cancel, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        sent.add(new Sent((Cancellable) scope.originalRequest, System.nanoTime()));
        return chain.proceed(request, scope);
    }

    private void cancel() {
        long now = System.nanoTime();
        for (Sent first = sent.peek(); first != null && now - first.at() > limit.toNanos(); first = sent.peek()) {
            try {
                sent.remove().request().cancel();
            } catch (RuntimeException e) { // would end the looking for good
                log.warn("a request to the carrier that takes too long could not be cut off", e);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdown();
    }
}
