package dev.waybill.orders.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.orders.web.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @Test
    void isOptional() {
        assertThat(IdempotencyKey.of(null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"k-1,k-1", "\"k-1\",k-1", "' \"k-1\" ',k-1", "\"a\\\"b\\\\c\",a\"b\\c", "~!,~!"})
    void meansTheSameQuotedOrNot(String header, String key) {
        assertThat(IdempotencyKey.of(List.of(header))).contains(new IdempotencyKey(key));
    }

    @Test
    void mayBe255CharactersLong() {
        assertThat(IdempotencyKey.of(List.of("k".repeat(255)))).isPresent();
        assertThatThrownBy(() -> IdempotencyKey.of(List.of("k".repeat(256)))).isInstanceOf(Problem.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "\"",
                "\"open",
                "\"a\"b\"",
                "\"a\\n\"",
                "two words",
                "\"two words\"",
                "schlüssel",
                "\"k\";p=1"
            })
    void refusesWhatIsNoKey(String header) {
        assertThatThrownBy(() -> IdempotencyKey.of(List.of(header))).isInstanceOf(Problem.class);
    }

    @Test
    void refusesTwoKeys() {
        assertThatThrownBy(() -> IdempotencyKey.of(List.of("a", "b"))).isInstanceOf(Problem.class);
    }
}
