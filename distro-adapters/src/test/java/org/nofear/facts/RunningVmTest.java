package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.Host;

final class RunningVmTest {

    @TempDir
    Path root;

    private void process(String number, String comm, String exe) throws IOException {
        Path directory = Files.createDirectories(root.resolve("proc").resolve(number));
        Files.writeString(directory.resolve("comm"), comm + "\n");
        Files.createSymbolicLink(directory.resolve("exe"), Path.of(exe));
    }

    @Test
    void monitorsOfTheInstalledProgramAreFound() throws IOException {
        process("10", "nofear-monitor", "/usr/local/bin/nofear");
        process("11", "nofear-monitor", "/usr/local/bin/nofear (deleted)");
        process("12", "nofear", "/usr/local/bin/nofear");
        process("13", "nofear-monitor", "/home/mallory/nofear");
        process("14", "nofear-monitor", "/usr/bin/nofear");
        Files.createDirectories(root.resolve("proc/self"));
        assertThat(RunningVm.detect(Host.offline(root), "/usr/local/bin/nofear"))
                .extracting(RunningVm::process)
                .containsExactlyInAnyOrder(10, 11);
    }

    @Test
    void theOwnerIsNamed() throws IOException {
        process("10", "nofear-monitor", "/usr/local/bin/nofear");
        String owner = String.valueOf(Files.getAttribute(root, "unix:uid"));
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "ann:x:" + owner + ":0::/:/bin/sh\n");
        assertThat(RunningVm.detect(Host.offline(root), "/usr/local/bin/nofear"))
                .singleElement()
                .hasToString("ann's (process 10)");
    }
}
