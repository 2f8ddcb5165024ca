package dev.waybill.outbox.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as it lies in Kafka, byte for byte.
 *
 * @param key may be null
 * @param value may be null
 */
public record RawRecord(
        String topic, int partition, long offset, Instant timestamp, byte[] key, byte[] value, List<Header> headers) {

    /** One header; a name may occur several times. {@code value} may be null. */
    public record Header(String name, byte[] value) {}

    /** Takes over a record as it was polled. */
    public static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        return new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                record.key(),
                record.value(),
                headers);
    }

    /** The last header of this name as UTF-8 text, or null. */
    public String header(String name) {
        String found = null;
        for (Header header : headers) {
            if (header.name().equals(name) && header.value() != null) {
                found = new String(header.value(), StandardCharsets.UTF_8);
            }
        }
        return found;
    }
}
