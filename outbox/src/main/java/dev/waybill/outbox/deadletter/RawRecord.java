package dev.waybill.outbox.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as it lies in Kafka, byte for byte; only a header's name is text, as Kafka's client has it.
 *
 * @param key may be null
 * @param value may be null
 */
public record RawRecord(
        String topic, int partition, long offset, Instant timestamp, byte[] key, byte[] value, List<Header> headers) {

    /** One header; a name may occur several times. {@code value} may be null. */
    public record Header(String name, byte[] value) {}

    /** The last time that Postgres can store; a producer may claim any. */
    private static final long LAST_MILLIS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    /** Takes over a record as it was polled. */
    public static RawRecord of(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        return new RawRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(Math.max(-1, Math.min(record.timestamp(), LAST_MILLIS))),
                record.key(),
                record.value(),
                headers);
    }

    /** The value of the last header of this name, or null. */
    public byte[] header(String name) {
        byte[] found = null;
        for (Header header : headers) {
            if (header.name().equals(name) && header.value() != null) {
                found = header.value();
            }
        }
        return found;
    }

    /** Key, value and headers together, in bytes. */
    public long size() {
        long size = length(key) + length(value);
        for (Header header : headers) {
            size += header.name().getBytes(StandardCharsets.UTF_8).length + length(header.value());
        }
        return size;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
