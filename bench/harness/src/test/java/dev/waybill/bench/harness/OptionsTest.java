package dev.waybill.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.bench.harness.Options.Discipline;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static Options parse(String... arguments) {
        return Options.parse(arguments);
    }

    @Test
    void withoutAnyItIsEverything() {
        assertThat(parse().entries()).isEqualTo(Entry.ALL);
        assertThat(parse().disciplines()).containsExactlyInAnyOrder(Discipline.values());
        assertThat(parse().scale()).isEqualTo(Scale.FULL);
    }

    @Test
    void quickIsEachContenderOnceAtItsBest() {
        assertThat(parse("--quick").entries())
                .extracting(Entry::id)
                .containsExactly(
                        "bare",
                        "tutorial-tuned",
                        "modulith-tuned",
                        "gruelbox-tuned",
                        "namastack-tuned",
                        "eventuate-tuned",
                        "debezium-tuned",
                        "waybill");
    }

    @Test
    void someCanBeChosen() {
        Options options = parse("--only", "waybill,bare", "--measure", "drain,latency", "--passes", "2", "--record");
        assertThat(options.entries()).extracting(Entry::id).containsExactly("bare", "waybill");
        assertThat(options.disciplines()).containsExactlyInAnyOrder(Discipline.DRAIN, Discipline.LATENCY);
        assertThat(options.scale().passes()).isEqualTo(2);
        assertThat(options.record()).isTrue();
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> parse("--only", "kafka"))
                .hasMessageContaining("kafka")
                .hasMessageContaining("debezium");
        assertThatThrownBy(() -> parse("--measure", "speed")).hasMessageContaining("speed");
        assertThatThrownBy(() -> parse("--passes", "many")).hasMessageContaining("many");
        assertThatThrownBy(() -> parse("--passes", "0")).hasMessageContaining("--passes");
        assertThatThrownBy(() -> parse("--passes")).hasMessageContaining("--passes needs a value");
        assertThatThrownBy(() -> parse("drain")).hasMessageContaining("Unknown: drain");
    }
}
