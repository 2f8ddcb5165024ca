package dev.waybill.outbox.deadletter;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A letter with all that came, as JSON. */
record RawView(@JsonUnwrapped DeadLetter letter, Bytes key, Bytes value, List<Header> headers, List<Word> audit) {

    /**
     * @param text the bytes as UTF-8; null where they are none
     * @param base64 the bytes, exactly
     */
    record Bytes(String text, String base64) {

        /** Null for null. */
        static Bytes of(byte[] bytes) {
            return bytes == null
                    ? null
                    : new Bytes(text(bytes), Base64.getEncoder().encodeToString(bytes));
        }

        private static String text(byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                return null;
            }
        }
    }

    record Header(String name, @JsonUnwrapped Bytes value) {}

    static RawView of(LetterQueries.Full full) {
        RawRecord record = full.record();
        return new RawView(
                full.letter(),
                Bytes.of(record.key()),
                Bytes.of(record.value()),
                record.headers().stream()
                        .map(header -> new Header(header.name(), Bytes.of(header.value())))
                        .toList(),
                full.audit());
    }
}
