package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallAndUninstallTest {

    @TempDir
    Path directory;

    @Test
    void uninstallLeavesEveryPathAsItWasBeforeInstall() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        Map<String, String> before = tree.picture();

        tree.install();
        assertThat(tree.picture()).isNotEqualTo(before);
        tree.uninstall();

        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aSecondInstallChangesNothing() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        assertThat(tree.install().changes()).isNotEmpty();
        Map<String, String> installed = tree.picture();

        assertThat(tree.install().changes()).isEmpty();
        assertThat(tree.picture()).isEqualTo(installed);
    }
}
