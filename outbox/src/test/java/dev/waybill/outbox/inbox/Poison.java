package dev.waybill.outbox.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waybill.outbox.deadletter.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Records that began as events and had something done to them. */
final class Poison {

    private static final AtomicLong OFFSET = new AtomicLong(1_000_000_000);
    private static final String[] VALUES = {
        "{}",
        "",
        "{",
        "null",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[".repeat(3_000),
        "1e999999",
        "{\"a\":1}}",
        "\ufeff{}",
        "\u0000"
    };
    private static final String[] NAMES = {
        "ce_id",
        "ce_source",
        "ce_subject",
        "ce_sequence",
        "ce_type",
        "ce_specversion",
        "ce_time",
        "content-type",
        "",
        "\u0000"
    };

    private Poison() {}

    static RawRecord record(Random random, List<RawRecord.Header> good) {
        List<RawRecord.Header> headers = new ArrayList<>(good);
        for (int changes = random.nextInt(3); changes >= 0; changes--) {
            switch (random.nextInt(4)) {
                case 0 -> headers.remove(random.nextInt(headers.size()));
                case 1 -> headers.add(new RawRecord.Header(any(random, NAMES), bytes(random)));
                case 2 ->
                    headers.set(
                            random.nextInt(headers.size()), new RawRecord.Header(any(random, NAMES), bytes(random)));
                default -> headers.add(new RawRecord.Header(new String(bytes(random, 20), UTF_8), null));
            }
            if (headers.isEmpty()) {
                headers.addAll(good);
            }
        }
        return new RawRecord(
                "poison",
                0,
                OFFSET.incrementAndGet(),
                Instant.ofEpochMilli(random.nextInt(3) - 1L),
                bytes(random),
                bytes(random),
                headers);
    }

    private static byte[] bytes(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> any(random, VALUES).getBytes(UTF_8);
            case 2 -> Integer.toString(random.nextInt(12) - 2).getBytes(UTF_8);
            case 3 -> "x".repeat(random.nextInt(4_000)).getBytes(UTF_8);
            default -> bytes(random, random.nextInt(3_000));
        };
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String any(Random random, String[] of) {
        return of[random.nextInt(of.length)];
    }
}
