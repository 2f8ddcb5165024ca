package dev.waybill.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class OutboxPropertiesTest {

    @Test
    void anEventThatNeitherTheProducerNorTheRelayHasRoomForIsRefused() {
        assertThat(with(DataSize.ofMegabytes(16))).isNotNull();
        for (DataSize size : new DataSize[] {DataSize.ofBytes(0), DataSize.ofBytes(-1), DataSize.ofMegabytes(17)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> with(size))
                    .withMessageContaining("waybill.outbox.max-event-size must be from 1B to 16MB");
        }
    }

    private static OutboxProperties with(DataSize maxEventSize) {
        return new OutboxProperties("/tests", "tests", maxEventSize, true);
    }
}
