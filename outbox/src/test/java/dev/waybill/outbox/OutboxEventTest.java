package dev.waybill.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxEventTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\tb", "a\u0000", "a\u0085b"})
    void whatNoReceiverCouldPlaceIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutboxEvent(name, 0, "test.happened", "x"))
                .withMessageStartingWith("subject must");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutboxEvent("subject", 0, name, "x"))
                .withMessageStartingWith("type must");
    }

    @Test
    void aNameHasAtMost255CharactersOfAnyScript() {
        assertThat(new OutboxEvent("é".repeat(255), 0, "größer.geworden", "x")).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutboxEvent("x".repeat(256), 0, "test.happened", "x"))
                .withMessageContaining("256 long");
    }

    @Test
    void whatTheRelayWritesIsNotTheSenders() {
        for (String name : new String[] {"ce_id", "content-type"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new OutboxEvent("subject", 0, "test.happened", "x", Map.of(name, "y")))
                    .withMessageContaining(name);
        }
    }
}
