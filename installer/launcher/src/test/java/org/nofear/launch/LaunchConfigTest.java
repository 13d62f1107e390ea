package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchConfigTest {

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void laterFilesWinAndAbsentOnesAreRemembered() throws IOException {
        Path first = Files.writeString(directory.resolve("1"), "a = 1\nb = 2\n");
        Path second = Files.writeString(directory.resolve("2"), "# x\n\n b = 3 \nempty =\n");
        Path absent = directory.resolve("3");
        LaunchConfig config = LaunchConfig.read(directory, List.of(first, second, absent));
        assertThat(config.get("a")).contains("1");
        assertThat(config.get("b")).contains("3");
        assertThat(config.get("empty")).isEmpty();
        assertThat(config.files()).containsExactly(first, second, absent);
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("conf"), "a = 1\nnonsense\n");
        assertThatThrownBy(() -> LaunchConfig.read(directory, List.of(file))).hasMessageContaining(file + ":2");
    }

    @Test
    void whatIsMissingSaysWhatToDo() {
        LaunchConfig config = LaunchConfig.read(directory, List.of(directory.resolve("conf")));
        assertThatThrownBy(() -> config.require("kernel"))
                .hasMessageContaining("\"kernel\"")
                .hasMessageContaining("nofear-setup install");
    }
}
