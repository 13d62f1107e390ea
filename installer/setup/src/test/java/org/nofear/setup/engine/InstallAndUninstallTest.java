package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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

    @Test
    void forwardingIsPutBackUnlessSomebodyElseHasComeToRelyOnIt() throws IOException {
        Path parameter = Path.of("proc/sys/net/ipv4/ip_forward");
        OfflineTree alone = OfflineTree.live(Files.createDirectory(directory.resolve("alone")));
        alone.install();
        alone.uninstall();
        assertThat(Files.readString(alone.root().resolve(parameter)).strip()).isEqualTo("0");

        OfflineTree docker = OfflineTree.live(Files.createDirectory(directory.resolve("docker")));
        docker.install();
        docker.write("sys/class/net/docker0/mtu", "1500\n", 0644);
        Outcome outcome = docker.uninstall();
        assertThat(Files.readString(docker.root().resolve(parameter)).strip()).isEqualTo("1");
        assertThat(outcome.kept()).contains(new Kept("net.ipv4.ip_forward", "relied on by docker0"));
    }
}
