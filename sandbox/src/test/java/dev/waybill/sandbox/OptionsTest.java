package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void without_a_word_everything_is_as_usual() {
        Options options = parse();

        assertThat(options.ports())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        Port.ORDER_SERVICE, 8080,
                        Port.ORDER_SERVICE_MANAGEMENT, 9080,
                        Port.SHIPPING_SERVICE, 8081,
                        Port.SHIPPING_SERVICE_MANAGEMENT, 9081,
                        Port.CARRIER, 8090,
                        Port.POSTGRES, 15432,
                        Port.KAFKA, 9092));
        assertThat(options.fresh()).isFalse();
        assertThat(options.help()).isFalse();
    }

    @Test
    void an_option_goes_before_the_environment_before_the_usual() {
        Map<String, String> environment = Map.of("WAYBILL_KAFKA_PORT", "19092", "WAYBILL_POSTGRES_PORT", "25432");

        Options options = Options.parse(List.of("--kafka-port", "29092", "--carrier-port=18090"), environment);

        assertThat(options.port(Port.KAFKA)).isEqualTo(29092);
        assertThat(options.port(Port.POSTGRES)).isEqualTo(25432);
        assertThat(options.port(Port.CARRIER)).isEqualTo(18090);
        assertThat(options.port(Port.ORDER_SERVICE)).isEqualTo(8080);
    }

    @Test
    void knows_fresh_and_help() {
        assertThat(parse("--fresh").fresh()).isTrue();
        assertThat(parse("--help").help()).isTrue();
        assertThat(parse("-h").help()).isTrue();
    }

    @Test
    void help_names_every_option_and_variable() {
        for (Port port : Port.values()) {
            assertThat(Options.usage()).contains(port.option(), port.variable(), Integer.toString(port.usual()));
        }
        assertThat(Port.ORDER_SERVICE_MANAGEMENT.option()).isEqualTo("--order-service-management-port");
        assertThat(Port.ORDER_SERVICE_MANAGEMENT.variable()).isEqualTo("WAYBILL_ORDER_SERVICE_MANAGEMENT_PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "0", "65536", "-1", "", "99999999999"})
    void refuses_what_is_no_port(String value) {
        assertThatThrownBy(() -> parse("--kafka-port", value))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("--kafka-port");
    }

    @Test
    void names_the_variable_that_is_no_port() {
        assertThatThrownBy(() -> Options.parse(List.of(), Map.of("WAYBILL_CARRIER_PORT", "x")))
                .hasMessageContaining("WAYBILL_CARRIER_PORT");
    }

    @Test
    void names_what_it_does_not_understand() {
        assertThatThrownBy(() -> parse("--frsh")).hasMessageContaining("--frsh").hasMessageContaining("--help");
        assertThatThrownBy(() -> parse("--kafka-port")).hasMessageContaining("--kafka-port needs");
    }

    @Test
    void refuses_one_port_for_two() {
        assertThatThrownBy(() -> parse("--kafka-port", "8080"))
                .hasMessageContaining("8080")
                .hasMessageContaining("--kafka-port")
                .hasMessageContaining("--order-service-port");
    }

    private static Options parse(String... arguments) {
        return Options.parse(List.of(arguments), Map.of());
    }
}
