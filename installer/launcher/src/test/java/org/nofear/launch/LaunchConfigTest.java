package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.ConfigKey;

class LaunchConfigTest {

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void laterFilesWinAndAbsentOnesAreRemembered() throws IOException {
        Path first = Files.writeString(directory.resolve("1"), "memory = 1G\ncpus = 2\n");
        Path second = Files.writeString(directory.resolve("2"), "# x\n\n cpus = 3 \nmemory =\n");
        Path absent = directory.resolve("3");
        LaunchConfig config = LaunchConfig.read(directory, List.of(first, second, absent));
        assertThat(config.get(ConfigKey.MEMORY)).contains("1G");
        assertThat(config.get(ConfigKey.CPUS)).contains("3");
        assertThat(config.get(ConfigKey.SNAPSHOT)).isEmpty();
        assertThat(config.files()).containsExactly(first, second, absent);
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("conf"), "a = 1\nnonsense\n");
        assertThatThrownBy(() -> LaunchConfig.read(directory, List.of(file))).hasMessageContaining(file + ":2");
    }

    @Test
    void onlyTheAdministratorsFileMayHaveNoKeyThatNobodyKnows() throws IOException {
        Path file = Files.writeString(directory.resolve("conf"), "confinment = off\n");
        assertThat(LaunchConfig.read(directory, List.of(file)).files()).containsExactly(file);
        assertThatThrownBy(() -> LaunchConfig.read(directory.resolve("lib"), List.of(file)))
                .hasMessage(file + ":1: there is no key \"confinment\"; did you mean \"confinement\"?");
    }

    @Test
    void whatIsMissingSaysWhatToDo() {
        LaunchConfig config = LaunchConfig.read(directory, List.of(directory.resolve("conf")));
        assertThatThrownBy(() -> config.require(ConfigKey.KERNEL))
                .hasMessageContaining("\"kernel\"")
                .hasMessageContaining("nofear-setup install");
    }
}
