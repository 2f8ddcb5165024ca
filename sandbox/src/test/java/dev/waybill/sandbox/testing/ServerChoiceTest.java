package dev.waybill.sandbox.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waybill.sandbox.SandboxException;
import dev.waybill.sandbox.testing.ServerChoice.Mode;
import org.junit.jupiter.api.Test;

class ServerChoiceTest {

    @Test
    void docker_where_an_engine_answers_else_embedded() {
        assertThat(ServerChoice.make(null, null, () -> true).mode()).isEqualTo(Mode.DOCKER);
        assertThat(ServerChoice.make(null, null, () -> false).mode()).isEqualTo(Mode.EMBEDDED);
    }

    @Test
    void the_property_goes_before_the_variable() {
        ServerChoice choice = ServerChoice.make("embedded", "docker", () -> true);

        assertThat(choice.mode()).isEqualTo(Mode.EMBEDDED);
        assertThat(choice.reason()).contains("waybill.servers");
        assertThat(ServerChoice.make(null, "Embedded", () -> true).reason()).contains("WAYBILL_SERVERS");
    }

    @Test
    void docker_asked_for_and_not_there_is_an_error() {
        assertThatThrownBy(() -> ServerChoice.make(null, "docker", () -> false))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("WAYBILL_SERVERS")
                .hasMessageContaining("no Docker engine answers");
    }

    @Test
    void another_word_is_an_error() {
        assertThatThrownBy(() -> ServerChoice.make("podman", null, () -> true))
                .hasMessageContaining("waybill.servers")
                .hasMessageContaining("podman");
    }
}
