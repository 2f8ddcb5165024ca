package dev.waybill.systemtests.report;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A page that grows line by line. */
final class Markdown {

    private final StringBuilder text = new StringBuilder();

    Markdown line(String format, Object... values) {
        text.append(values.length == 0 ? format : format.formatted(values)).append('\n');
        return this;
    }

    Markdown heading(String heading) {
        return line("").line("## " + heading).line("");
    }

    /** Begins a table. */
    Markdown columns(String... names) {
        row((Object[]) names);
        return line(Arrays.stream(names).map(name -> "---").collect(Collectors.joining(" | ", "| ", " |")));
    }

    Markdown row(Object... cells) {
        return line(Arrays.stream(cells).map(Markdown::cell).collect(Collectors.joining(" | ", "| ", " |")));
    }

    /** Fit for a table, whatever it is. */
    private static String cell(Object value) {
        return value == null
                ? ""
                : value.toString().replaceAll("\\R", " ").replace("|", "\\|").replace("<", "&lt;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
