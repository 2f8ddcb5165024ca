package dev.waybill.sandbox;

import java.nio.file.Path;

/**
 * The folder in which parts keep their files: {@code data/NAME}, {@code logs/NAME.log}, {@code run/NAME.pid}, and a
 * cache of unpacked programs, which outlives {@code --fresh}.
 */
public record Home(Path dir) {
    public Home {
        // Absolute, because it is also how a process left behind is recognised by its command line.
        dir = dir.toAbsolutePath().normalize();
    }

    Path data() {
        return dir.resolve("data");
    }

    Path data(String part) {
        return data().resolve(part);
    }

    Path log(String part) {
        return dir.resolve("logs").resolve(part + ".log");
    }

    Path run() {
        return dir.resolve("run");
    }

    Path pid(String part) {
        return run().resolve(part + ".pid");
    }

    Path cache() {
        return dir.resolve("cache");
    }
}
