package dev.waybill.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ShippingPropertiesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aPauseThatIsNoneIsRefusedByItsName() {
        assertThat(new ShippingProperties.Reconciler(SECOND, SECOND, SECOND, SECOND, SECOND))
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ShippingProperties.Reconciler(Duration.ofNanos(999_999), SECOND, SECOND, SECOND, SECOND))
                .withMessageContaining("shipping.reconciler.poll-interval");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShippingProperties.Reconciler(SECOND, SECOND, Duration.ZERO, SECOND, SECOND))
                .withMessageContaining("shipping.reconciler.first-back-off");
    }
}
