package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others wrote may be anything: the parsers refuse in their own words, or read it. The seed makes failures come again. */
class FuzzTest {

    private static final int INPUTS = 10_000;
    private static final List<String> PIECES = List.of(
            "kernel",
            "=",
            " = ",
            "\n",
            "#",
            "\0",
            "pid\0",
            "1\0",
            "profile\0",
            "-9",
            "99999999999999999999",
            "\u0000\u0000",
            "vmm.kind",
            "memory",
            "\r",
            "\u2028",
            "=\n",
            "==",
            "\t",
            "\uFFFD",
            "é");

    private final Random random = new Random(Long.getLong("fuzz.seed", 1));

    @TempDir
    private Path directory = Path.of(".");

    private byte[] input() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    @Test
    void configurationIsReadOrRefusedByName() throws IOException {
        Path file = directory.resolve("nofear.conf");
        for (int i = 0; i < INPUTS; i++) {
            Files.write(file, input());
            try {
                LaunchConfig config = LaunchConfig.read(directory, List.of(file));
                assertThat(config.values()).doesNotContainKey("");
            } catch (LaunchError refused) {
                assertThat(refused).hasMessageContaining(file.toString());
            }
        }
    }

    @Test
    void theStatusOfAVmIsReadOrTakenForNone() throws IOException {
        Path file = Files.createDirectories(directory.resolve("vm")).resolve("status");
        RunningVms running = new RunningVms(directory);
        for (int i = 0; i < INPUTS; i++) {
            Files.write(file, input());
            assertThat(running.list()).hasSizeLessThan(2);
        }
    }
}
