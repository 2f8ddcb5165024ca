package dev.waybill.systemtests.outside;

import dev.waybill.sandbox.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What processes said, which is to outlive the folder that they said it in. */
public final class Logs {

    private Logs() {}

    /** Copies the files of these folders, not those further below; nothing else is left in the target. */
    public static void keep(Path target, Path... folders) throws IOException {
        Folders.delete(target);
        Files.createDirectories(target);
        for (Path folder : folders) {
            List<Path> files;
            try (Stream<Path> found = Files.list(folder)) {
                files = found.filter(Files::isRegularFile).toList();
            }
            for (Path file : files) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
