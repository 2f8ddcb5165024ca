package dev.waybill.systemtests.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A round as it was recorded; see the package for the files. */
public record History(
        Round round,
        List<Operation> operations,
        List<FaultSpan> faults,
        List<Sample> samples,
        List<Poison> poison,
        Observed observed) {

    static final String ROUND = "round.json";
    static final String OPERATIONS = "operations.jsonl";
    static final String FAULTS = "faults.jsonl";
    static final String SAMPLES = "samples.jsonl";
    static final String POISON = "poison.jsonl";
    static final String SEEN_ORDERS = "observed/orders.jsonl";
    static final String SEEN_SHIPMENTS = "observed/shipments.jsonl";
    static final String SEEN_CARRIER = "observed/carrier.jsonl";
    static final String SEEN_RELAYS = "observed/relays.json";
    static final String SEEN_DEAD_LETTERS = "observed/deadletters.jsonl";

    public History {
        operations = List.copyOf(operations);
        faults = List.copyOf(faults);
        samples = List.copyOf(samples);
        poison = List.copyOf(poison);
    }

    static String seenTopic(String topic) {
        return "observed/" + topic + ".jsonl";
    }

    /** @throws IOException if a file is missing, or holds something else; the message names it, and the line */
    public static History read(Path folder) throws IOException {
        return new History(
                one(folder.resolve(ROUND), Round.class),
                lines(folder.resolve(OPERATIONS), Operation.class),
                lines(folder.resolve(FAULTS), FaultSpan.class),
                lines(folder.resolve(SAMPLES), Sample.class),
                lines(folder.resolve(POISON), Poison.class),
                new Observed(
                        lines(folder.resolve(SEEN_ORDERS), Observed.Order.class),
                        lines(folder.resolve(SEEN_SHIPMENTS), Observed.Shipment.class),
                        lines(folder.resolve(SEEN_CARRIER), Carrier.Request.class),
                        lines(folder.resolve(seenTopic(Observed.ORDERS)), TopicRecord.class),
                        lines(folder.resolve(seenTopic(Observed.SHIPMENTS)), TopicRecord.class),
                        one(folder.resolve(SEEN_RELAYS), Observed.Relays.class),
                        lines(folder.resolve(SEEN_DEAD_LETTERS), Observed.Letter.class)));
    }

    private static <T> T one(Path file, Class<T> type) throws IOException {
        try {
            return value(Files.readString(file), reader(type));
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static <T> List<T> lines(Path file, Class<T> type) throws IOException {
        ObjectReader reader = reader(type);
        List<T> all = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                all.add(value(line, reader));
            }
        } catch (JsonProcessingException e) {
            throw new IOException("%s, line %d: %s".formatted(file, all.size() + 1, e.getMessage()), e);
        }
        return all;
    }

    private static <T> T value(String json, ObjectReader reader) throws JsonProcessingException {
        T value = reader.readValue(json);
        if (value == null) {
            throw MismatchedInputException.from(null, reader.getValueType(), "null");
        }
        return value;
    }

    /** What is left out is not taken for 0. */
    private static ObjectReader reader(Class<?> type) {
        return Http.JSON.readerFor(type).with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }
}
