package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.orders.OrdersProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

@ExtendWith(OutputCaptureExtension.class)
class PublishingAgainTest {

    private boolean away;

    private final TransactionOperations database = new TransactionOperations() {
        @Override
        @SuppressWarnings("unchecked")
        public <T> T execute(TransactionCallback<T> work) {
            if (away) {
                throw new CannotCreateTransactionException("for the test");
            }
            return (T) new PublishingAgain.Chunk(0, 0);
        }
    };

    @Test
    void saysOnceThatTheDatabaseIsAway(CapturedOutput output) {
        OrdersProperties properties =
                new OrdersProperties(null, null, Duration.ofSeconds(1), Duration.ofSeconds(2), null);
        PublishingAgain job = new PublishingAgain(null, null, database, properties, new SimpleMeterRegistry());

        job.publishAgain();
        assertThat(lines(output)).isZero();
        away = true;
        job.publishAgain();
        job.publishAgain();
        job.publishAgain();
        assertThat(lines(output)).isEqualTo(1);
        away = false;
        job.publishAgain();
        away = true;
        job.publishAgain();
        assertThat(lines(output)).isEqualTo(2);
        assertThat(output.getAll()).doesNotContain("\tat ");
    }

    private static long lines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("Unacknowledged orders"))
                .count();
    }
}
