package dev.waybill.systemtests.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link History} while it happens; for any number of threads. Each line goes to the operating system at once, so
 * that little is lost with this process. What cannot be written is an {@link UncheckedIOException}.
 *
 * <p>What is added is added at the end of its file; what is observed, and the round itself, replaces what was written of
 * it before.
 */
public final class Recorder implements AutoCloseable {

    private final Path folder;
    private final Lines operations;
    private final Lines faults;
    private final Lines samples;
    private final Lines poison;

    /**
     * @param folder is made, with those above it
     * @throws UncheckedIOException if there is a history in it already
     */
    public Recorder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder.resolve("observed"));
            operations = new Lines(folder.resolve(History.OPERATIONS));
            faults = new Lines(folder.resolve(History.FAULTS));
            samples = new Lines(folder.resolve(History.SAMPLES));
            poison = new Lines(folder.resolve(History.POISON));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    public void add(Operation operation) {
        operations.add(operation);
    }

    public void add(FaultSpan fault) {
        faults.add(fault);
    }

    public void add(Sample sample) {
        samples.add(sample);
    }

    public void add(Poison record) {
        poison.add(record);
    }

    public void round(Round round) {
        replace(History.ROUND, List.of(round));
    }

    /** @param items of {@code GET /orders}, all pages */
    public void orders(Collection<JsonNode> items) {
        replace(History.SEEN_ORDERS, items);
    }

    /** @param items of {@code GET /shipments}, all pages */
    public void shipments(Collection<JsonNode> items) {
        replace(History.SEEN_SHIPMENTS, items);
    }

    /** @param journal the first ones first */
    public void carrier(List<Carrier.Request> journal) {
        replace(History.SEEN_CARRIER, journal);
    }

    /**
     * @param topic {@link Observed#ORDERS} or {@link Observed#SHIPMENTS}
     * @param records each partition in the order of its offsets
     */
    public void topic(String topic, List<TopicRecord> records) {
        replace(History.seenTopic(topic), records);
    }

    /** The answers to {@code GET relay}, of the instance that publishes where there are several. */
    public void relays(JsonNode orders, JsonNode shipping) {
        replace(History.SEEN_RELAYS, List.of(Map.of("orders", orders, "shipping", shipping)));
    }

    /** @param items of {@code GET deadletters}, all pages, by {@code order-service} and {@code shipping-service} */
    public void deadLetters(Map<String, List<JsonNode>> items) {
        List<Object> letters = new ArrayList<>();
        items.forEach((service, each) -> each.forEach(item -> {
            Map<String, Object> letter = new LinkedHashMap<>(Map.of("service", service));
            item.fields().forEachRemaining(field -> letter.put(field.getKey(), field.getValue()));
            letters.add(letter);
        }));
        replace(History.SEEN_DEAD_LETTERS, letters);
    }

    /** Whoever reads meanwhile sees all of it or nothing. */
    private void replace(String name, Collection<?> values) {
        Path file = folder.resolve(name);
        Path draft = folder.resolve(name + ".new");
        try {
            Files.deleteIfExists(draft);
            try (Lines lines = new Lines(draft)) {
                values.forEach(lines::add);
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (Lines each : List.of(operations, faults, samples, poison)) {
            each.close();
        }
    }

    private static final class Lines implements AutoCloseable {

        private final OutputStream out;

        Lines(Path file) throws IOException {
            out = Files.newOutputStream(file, CREATE_NEW, WRITE);
        }

        void add(Object value) {
            try {
                byte[] line = (Http.JSON.writeValueAsString(value) + "\n").getBytes(UTF_8);
                synchronized (out) {
                    out.write(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                out.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
