package dev.waybill.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * A file with its checksum beside it. A JVM that maps an archive of which a part is missing, as after a full disk or the machine's
 * failure, does not refuse it but crashes, again and again.
 */
record SealedFile(Path file) {

    /** Puts what was made in another file into the place of this one. */
    void seal(Path made) throws IOException {
        Files.deleteIfExists(checksumFile());
        Files.move(made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(checksumFile(), checksum());
    }

    boolean exists() {
        return Files.exists(checksumFile());
    }

    /** Whether it is as it was when it was sealed. */
    boolean isIntact() {
        try {
            return exists()
                    && Files.exists(file)
                    && Files.readString(checksumFile()).equals(checksum());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path checksumFile() {
        return file.resolveSibling(file.getFileName() + ".checksum");
    }

    private String checksum() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            CRC32C sum = new CRC32C();
            sum.update(channel.map(MapMode.READ_ONLY, 0, channel.size()));
            return Long.toHexString(sum.getValue());
        }
    }
}
