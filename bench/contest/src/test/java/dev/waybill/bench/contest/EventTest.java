package dev.waybill.bench.contest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventTest {

    private static final Event EVENT = new Event("r1", "r1-17", 3, 4711);

    @Test
    void itKnowsItselfAgainInItsPayload() {
        assertThat(Event.in(EVENT.payload().getBytes(UTF_8))).isEqualTo(EVENT);
        assertThat(EVENT.payload()).hasSizeBetween(380, 430);
    }

    @Test
    void itKnowsItselfAgainInAnEnvelope() {
        String escaped = "{\"payload\":\"" + EVENT.payload().replace("\"", "\\\"") + "\"}";
        assertThat(Event.in(escaped.getBytes(UTF_8))).isEqualTo(EVENT);
    }

    @Test
    void whatHasNoMarkIsNoEvent() {
        assertThat(Event.in("{}".getBytes(UTF_8))).isNull();
        assertThat(Event.in("#".getBytes(UTF_8))).isNull();
        assertThat(Event.in("#a:b#".getBytes(UTF_8))).isNull();
    }
}
