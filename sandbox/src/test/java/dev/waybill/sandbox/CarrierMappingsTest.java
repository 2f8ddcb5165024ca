package dev.waybill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CarrierMappingsTest {
    private static final ObjectMapper mapper = new ObjectMapper();

    @Test
    void slow_answers_are_the_normal_ones_ten_seconds_later() throws IOException {
        JsonNode slow = read("slow.json");
        for (JsonNode stub : slow.get("mappings")) {
            assertThat(stub.get("requiredScenarioState").asText()).isEqualTo("slow");
            ((ObjectNode) stub).put("requiredScenarioState", "Started");
            assertThat(((ObjectNode) stub.get("response"))
                            .remove("fixedDelayMilliseconds")
                            .asInt())
                    .isEqualTo(10_000);
        }

        assertThat(slow).isEqualTo(read("started.json"));
    }

    private static JsonNode read(String name) throws IOException {
        return mapper.readTree(Path.of("carrier", "mappings", name).toFile());
    }
}
