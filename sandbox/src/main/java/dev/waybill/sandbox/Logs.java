package dev.waybill.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A part's log: appended to over many starts, so bounded; and shown when a part does not come up. */
final class Logs {
    private static final long LIMIT_BYTES = 10_000_000;
    private static final int TAIL_BYTES = 8_000;
    private static final int TAIL_LINES = 20;

    private Logs() {}

    /** At a start, a log of more than 10 MB becomes {@code NAME.log.1}; one old log is kept. */
    static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LIMIT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static String tail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - TAIL_BYTES));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log at " + log + ": " + e.getMessage() + ")";
        }
    }
}
