package dev.waybill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Markdown that reads well on a console too: each line goes to both at once. */
final class Report {

    private final Path file;

    Report(Path file) throws IOException {
        this.file = file;
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    Path file() {
        return file;
    }

    void heading(String text) {
        write("\n# " + text + "\n");
    }

    void section(String text) {
        write("\n## " + text + "\n");
    }

    void line(String text) {
        write("- " + text);
    }

    void code(String text) {
        write("\n```\n" + text.strip() + "\n```\n");
    }

    void table(List<String> header, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(header);
        all.addAll(rows);
        int[] widths = new int[header.size()];
        all.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        all.add(1, rule);
        write("");
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder("|");
            for (int i = 0; i < widths.length; i++) {
                String cell = row.get(i);
                String gap = " ".repeat(widths[i] - cell.length());
                line.append(' ').append(i == 0 ? cell + gap : gap + cell).append(" |");
            }
            write(line.toString());
        }
        write("");
    }

    private void write(String text) {
        System.out.println(text);
        try {
            Files.writeString(file, text + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Median with minimum and maximum, or the only value. */
    static String spread(List<Double> values, String format) {
        if (values.size() == 1) {
            return format.formatted(values.get(0));
        }
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return List.of(median, sorted.get(0), sorted.get(sorted.size() - 1)).stream()
                .map(value -> format.formatted(value))
                .collect(Collectors.collectingAndThen(
                        Collectors.toList(), all -> "%s (%s–%s)".formatted(all.toArray())));
    }
}
