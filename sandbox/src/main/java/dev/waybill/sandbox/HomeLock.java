package dev.waybill.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One sandbox per home. The lock is the system's, so it goes with the process however that ends. */
final class HomeLock {
    private final FileLock lock;

    private HomeLock(FileLock lock) {
        this.lock = lock;
    }

    /** @throws SandboxException if another sandbox has it; the message names its process */
    static HomeLock take(Home home) {
        Path file = home.run().resolve("sandbox.lock");
        try {
            Files.createDirectories(home.run());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new SandboxException("A sandbox is running already on %s, as process %s. Stop that one first."
                        .formatted(home.dir(), Files.readString(file).trim()));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
            return new HomeLock(lock);
        } catch (IOException e) {
            throw new SandboxException("Cannot lock " + file, e);
        }
    }

    boolean isHeld() {
        return lock.isValid();
    }
}
