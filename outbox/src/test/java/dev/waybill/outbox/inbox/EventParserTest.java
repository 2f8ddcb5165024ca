package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.outbox.deadletter.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/** Whatever the bytes are: an event, or a fault that is named; and its place, where that can be told. */
class EventParserTest {

    private static final byte[] NO_TEXT = {'a', (byte) 0xc3, (byte) 0x28};

    private final EventParser parser = new EventParser(new ObjectMapper(), Set.of("known"), DataSize.ofKilobytes(5));

    private static List<RawRecord.Header> headers() {
        List<RawRecord.Header> headers = new ArrayList<>();
        List.of(
                        "specversion=1.0",
                        "id=i",
                        "source=/s",
                        "subject=a",
                        "sequence=7",
                        "type=known",
                        "time=2026-01-01T00:00:00Z")
                .forEach(header -> set(headers, "ce_" + header.split("=")[0], header.split("=")[1].getBytes(UTF_8)));
        return headers;
    }

    private static void set(List<RawRecord.Header> headers, String name, byte[] value) {
        headers.removeIf(header -> header.name().equals(name));
        headers.add(new RawRecord.Header(name, value));
    }

    private static RawRecord record(byte[] value, List<RawRecord.Header> headers) {
        return new RawRecord("t", 0, 0, Instant.EPOCH, null, value, headers);
    }

    private Parsed withValue(byte[] value) {
        return parser.parse(record(value, headers()));
    }

    private Parsed withHeader(String name, byte[] value) {
        List<RawRecord.Header> headers = headers();
        set(headers, name, value);
        return parser.parse(record("{}".getBytes(UTF_8), headers));
    }

    private static final Turn TURN = new Turn(new Stream("/s", "a"), 7);

    private static void assertFault(Parsed parsed, String fault, Turn turn) {
        assertThat(parsed.fault()).contains(fault);
        assertThat(parsed.turn()).isEqualTo(turn);
    }

    @Test
    void anEventIsRead() {
        Parsed parsed = withValue("{\"x\":\"\\u0000\"}".getBytes(UTF_8));
        assertThat(parsed.fine()).isTrue();
        assertThat(parsed.turn()).isEqualTo(TURN);
        assertThat(parsed.event().time()).isEqualTo("2026-01-01T00:00:00Z");
    }

    @Test
    void ofHeadersThatOccurTwiceTheLastOneCounts() {
        List<RawRecord.Header> headers = headers();
        headers.add(0, new RawRecord.Header("ce_sequence", "3".getBytes(UTF_8)));
        headers.add(new RawRecord.Header("ce_sequence", null));
        assertThat(parser.parse(record("{}".getBytes(UTF_8), headers)).turn()).isEqualTo(TURN);
    }

    @Test
    void brokenValuesKeepTheirPlace() {
        assertFault(withValue(null), "null", TURN);
        assertFault(withValue(new byte[0]), "empty", TURN);
        assertFault(withValue("{".getBytes(UTF_8)), "no JSON", TURN);
        assertFault(withValue("{}{}".getBytes(UTF_8)), "goes on", TURN);
        assertFault(withValue("NaN".getBytes(UTF_8)), "no JSON", TURN);
        assertFault(withValue("{}".getBytes(UTF_16BE)), "no JSON", TURN);
        assertFault(withValue(NO_TEXT), "the value is no UTF-8", TURN);
        assertFault(withValue("[".repeat(2_000).getBytes(UTF_8)), "no JSON: Document nesting depth", TURN);
        assertFault(withValue(("\"" + "x".repeat(5_100) + "\"").getBytes(UTF_8)), "max-event-size", TURN);
    }

    @ParameterizedTest
    @CsvSource({
        "specversion, 0.3, ce_specversion is 0.3, true",
        "specversion, '', missing, true",
        "id, '', ce_id is missing, true",
        "type, '', ce_type is missing, true",
        "type, other, unknown type other, true",
        "time, yesterday, no RFC 3339, true",
        "source, '', ce_source is missing, false",
        "subject, '', ce_subject is missing, false",
        "sequence, -1, negative, false",
        "sequence, x, no whole number, false",
        "sequence, 9223372036854775808, no whole number, false"
    })
    void brokenHeadersAreNamedAndThePlaceIsToldWhereItCanBe(String name, String value, String fault, boolean placed) {
        assertFault(withHeader("ce_" + name, value.getBytes(UTF_8)), fault, placed ? TURN : null);
    }

    @Test
    void attributesAreTextAndFitIntoAnIndex() {
        for (String name : List.of("ce_id", "ce_source", "ce_subject", "ce_type")) {
            Turn turn = Set.of("ce_id", "ce_type").contains(name) ? TURN : null;
            assertFault(withHeader(name, "x".repeat(1_001).getBytes(UTF_8)), name + " is longer than 1000 bytes", turn);
            assertFault(withHeader(name, "\u20ac".repeat(334).getBytes(UTF_8)), "longer than 1000 bytes", turn);
            assertFault(withHeader(name, NO_TEXT), name + " is no UTF-8", turn);
            assertFault(withHeader(name, "a\u0000b".getBytes(UTF_8)), "control characters", turn);
        }
        assertThat(withHeader("ce_subject", "x".repeat(1_000).getBytes(UTF_8)).fine())
                .isTrue();
    }

    @Test
    void withoutASequenceTheIdTellsItFromOthers() {
        List<RawRecord.Header> headers = headers();
        headers.removeIf(header -> Set.of("ce_sequence", "ce_subject").contains(header.name()));
        Parsed foreign = parser.parse(record("1".getBytes(UTF_8), headers));
        assertThat(foreign.fine()).isTrue();
        assertThat(foreign.turn()).isNull();
        assertThat(foreign.id()).isEqualTo(new EventId("/s", "i"));
        assertThat(foreign.event().sequence()).isEqualTo(InboxEvent.NO_SEQUENCE);
        assertThat(foreign.event().subject()).isNull();
        assertThat(withValue("1".getBytes(UTF_8)).id())
                .as("it has a place, which says more")
                .isNull();
    }

    @Test
    void noBytesMakeItThrow() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            Parsed parsed = parser.parse(Poison.record(random, headers()));
            assertThat(parsed.fine() ? parsed.event() : parsed.fault())
                    .as("seed %s", seed)
                    .isNotNull();
        }
    }
}
