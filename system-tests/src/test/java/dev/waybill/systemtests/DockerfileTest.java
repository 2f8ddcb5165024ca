package dev.waybill.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DockerfileTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern MODULE = Pattern.compile("<module>(.+?)</module>");

    /** Maven reads the poms of all modules, also of those that an image is not built of: without one there is no image. */
    @Test
    void theImagesBuildHasThePomsOfAllModules() throws IOException {
        List<String> modules = new ArrayList<>();
        collect("", modules);
        List<String> dockerfile = Files.readAllLines(ROOT.resolve("Dockerfile"));

        assertThat(modules)
                .contains("outbox", "bench/harness")
                .allSatisfy(module -> assertThat(dockerfile).contains("COPY %1$s/pom.xml %1$s/".formatted(module)));
    }

    /** Those of profiles aside, which are not read unless asked for. */
    private static void collect(String folder, List<String> modules) throws IOException {
        String pom = Files.readString(ROOT.resolve(folder).resolve("pom.xml"));
        Matcher matcher = MODULE.matcher(pom.replaceAll("(?s)<profiles>.*</profiles>", ""));
        while (matcher.find()) {
            String module = folder + matcher.group(1);
            modules.add(module);
            collect(module + "/", modules);
        }
    }
}
