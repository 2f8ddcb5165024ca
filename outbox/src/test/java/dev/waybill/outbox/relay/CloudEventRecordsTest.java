package dev.waybill.outbox.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is kept from the event before must not be seen on the next one. */
class CloudEventRecordsTest {

    private final CloudEventRecords records = new CloudEventRecords("topic");

    private String header(String name, String source, String type, String time) {
        StoredEvent event =
                new StoredEvent(1, new UUID(0, 1), source, "key", 7, type, new byte[0], "{}", Instant.parse(time));
        return new String(records.of(event).headers().lastHeader(name).value(), UTF_8);
    }

    private String time(String time) {
        return header("ce_time", "/s", "t", time);
    }

    @Test
    void eachEventHasItsOwnTimeToTheMicrosecond() {
        assertThat(time("2026-01-01T00:00:01.123456Z")).isEqualTo("2026-01-01T00:00:01.123456Z");
        assertThat(time("2026-01-01T00:00:01.000007Z")).isEqualTo("2026-01-01T00:00:01.000007Z");
        assertThat(time("2026-01-01T00:00:01Z")).isEqualTo("2026-01-01T00:00:01.000000Z");
        assertThat(time("2026-01-01T00:00:02.5Z")).isEqualTo("2026-01-01T00:00:02.500000Z");
        assertThat(time("1969-12-31T23:59:59.999999Z")).isEqualTo("1969-12-31T23:59:59.999999Z");
    }

    @Test
    void eachEventHasItsOwnSourceAndType() {
        String now = "2026-01-01T00:00:00Z";
        assertThat(header("ce_source", "/a", "x", now)).isEqualTo("/a");
        assertThat(header("ce_source", "/b", "x", now)).isEqualTo("/b");
        assertThat(header("ce_type", "/b", "x", now)).isEqualTo("x");
        assertThat(header("ce_type", "/b", "y", now)).isEqualTo("y");
    }
}
