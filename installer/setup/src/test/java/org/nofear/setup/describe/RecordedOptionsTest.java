package org.nofear.setup.describe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.NetworkMode;
import org.nofear.setup.InstallOptions;

class RecordedOptionsTest {

    @TempDir
    private Path directory;

    @Test
    void theWordsOfTheLastInstallAreReadBack() throws IOException {
        Tree tree = Tree.in(directory.toRealPath());
        InstallOptions options = new InstallOptions(
                tree.root(),
                InstallOptions.Vmm.QEMU,
                Optional.empty(),
                Optional.empty(),
                new InstallOptions.Kernel.Stock(),
                Optional.of("/usr/src/linux with spaces"),
                Optional.of(NetworkMode.TAP),
                InstallOptions.Gui.YES,
                List.of("alice", "bob"),
                Path.of("/usr/local"),
                2,
                true,
                false,
                false);
        Layout layout = new Layout(Path.of("/usr/local"));
        tree.file(layout.options().substring(1), new RecordedOptions(options).text());
        assertThat(RecordedOptions.words(tree.host(), layout))
                .hasValue(List.of(
                        "--vmm=qemu",
                        "--kernel=stock",
                        "--kernel-source=/usr/src/linux with spaces",
                        "--network=tap",
                        "--gui=yes",
                        "--user=alice",
                        "--user=bob",
                        "--prefix=/usr/local"));
    }

    @Test
    void withNothingInstalledThereAreNone() throws IOException {
        Tree tree = Tree.in(directory.toRealPath());
        assertThat(RecordedOptions.words(tree.host(), new Layout(Path.of("/usr/local"))))
                .isEmpty();
    }
}
