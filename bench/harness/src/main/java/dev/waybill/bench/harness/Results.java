package dev.waybill.bench.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Every value measured, by entry, metric and pass; also in a file, a line each: {@code pass,entry,metric,value}. */
final class Results {

    private record Place(String entry, String metric) {}

    private final Path file;
    private final Map<Place, TreeMap<Integer, List<Double>>> values = new LinkedHashMap<>();
    private int pass;

    Results(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.getParent());
        Files.writeString(file, "pass,entry,metric,value\n");
    }

    void pass(int number) {
        pass = number;
    }

    void add(String entry, String metric, double value) {
        values.computeIfAbsent(new Place(entry, metric), place -> new TreeMap<>())
                .computeIfAbsent(pass, number -> new ArrayList<>())
                .add(value);
        try {
            Files.writeString(file, "%d,%s,%s,%s%n".formatted(pass, entry, metric, value), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        System.out.printf("    %s %s: %,.3f%n", entry, metric, value);
    }

    boolean has(String entry, String metric) {
        return values.containsKey(new Place(entry, metric));
    }

    /** One value a pass: the median of those measured in it. */
    private Map<Integer, Double> byPass(String entry, String metric) {
        Map<Integer, Double> medians = new TreeMap<>();
        values.getOrDefault(new Place(entry, metric), new TreeMap<>())
                .forEach((number, all) -> medians.put(number, median(all)));
        return medians;
    }

    OptionalDouble median(String entry, String metric) {
        List<Double> all = all(entry, metric);
        return all.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(all));
    }

    double max(String entry, String metric) {
        return all(entry, metric).stream().max(Comparator.naturalOrder()).orElse(Double.NaN);
    }

    private List<Double> all(String entry, String metric) {
        return values.getOrDefault(new Place(entry, metric), new TreeMap<>()).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** Median, minimum and maximum of all values; a dash where there is none. */
    String spread(String entry, String metric, String format) {
        return spread(all(entry, metric), format);
    }

    /** Pass by pass, one entry's value by another's: the machine is not equally fast in all of them. */
    String ratio(String entry, String other, String metric, String format) {
        Map<Integer, Double> others = byPass(other, metric);
        return spread(
                byPass(entry, metric).entrySet().stream()
                        .filter(each -> others.containsKey(each.getKey()))
                        .map(each -> each.getValue() / others.get(each.getKey()))
                        .toList(),
                format);
    }

    private static String spread(List<Double> all, String format) {
        if (all.isEmpty()) {
            return "–";
        }
        String median = format.formatted(median(all));
        String least =
                format.formatted(all.stream().min(Comparator.naturalOrder()).get());
        String most =
                format.formatted(all.stream().max(Comparator.naturalOrder()).get());
        return least.equals(most) ? median : "%s (%s–%s)".formatted(median, least, most);
    }

    private static double median(List<Double> all) {
        List<Double> sorted = all.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
