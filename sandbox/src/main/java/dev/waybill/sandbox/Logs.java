package dev.waybill.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A part's log: appended to over many starts, so bounded; and shown when a part does not come up. */
final class Logs {
    private static final long LIMIT_BYTES = 10_000_000;
    private static final int TAIL_BYTES = 100_000;
    private static final int TAIL_LINES = 20;
    private static final int ERRORS = 5;
    private static final Pattern ERROR = Pattern.compile("ERROR|FATAL|PANIC|Exception|Error:");

    private Logs() {}

    /** At a start, a log of more than 10 MB becomes {@code NAME.log.1}; one old log is kept. */
    static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LIMIT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * The last lines, and before them the last errors if those are further up: a server that cannot start may say why and
     * then tell at length how it stops.
     */
    static String tail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            int tail = Math.max(0, lines.size() - TAIL_LINES);
            List<String> errors = lines.subList(0, tail).stream()
                    .filter(line -> ERROR.matcher(line).find())
                    .toList();
            List<String> told = new ArrayList<>(errors.subList(Math.max(0, errors.size() - ERRORS), errors.size()));
            if (!told.isEmpty()) {
                told.add("...");
            }
            told.addAll(lines.subList(tail, lines.size()));
            return String.join("\n", told);
        } catch (IOException e) {
            return "(no log at " + log + ": " + e.getMessage() + ")";
        }
    }
}
