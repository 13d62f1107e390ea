package org.nofear.setup.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.Host;
import org.nofear.setup.UserError;
import org.nofear.setup.describe.Layout;
import org.nofear.setup.files.NewFile;

class BundleTest {

    @TempDir
    private Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, text);
    }

    private String text() {
        Host host = Host.offline(root);
        return new Bundle(host, new Layout(Path.of("/usr")), Redaction.of(host)).text("{\"doctor\":1}", "1.2");
    }

    @Test
    void aReportHasWhatSetupAndDoctorKnow() throws IOException {
        file("etc/os-release", "ID=debian\n");
        file("proc/version", "Linux version 6.1\n");
        file("usr/lib/nofear/vmm.conf", "vmm.kind = lkvm\n");
        file("usr/lib/nofear/launch.conf", "network = tap\n");
        file("usr/lib/nofear/install.options", "--vmm=auto\n");
        file("var/cache/nofear/log/setup.log", "installed\n");
        assertThat(text())
                .contains("1.2, Java ", "{\"doctor\":1}", "ID=debian", "Linux version 6.1", "vmm.kind = lkvm")
                .contains("network = tap", "--vmm=auto", "== /var/cache/nofear/log/setup.log\ninstalled");
    }

    @Test
    void everyPartIsRedacted() throws IOException {
        file("etc/passwd", "ann:x:1000:1000::/home/ann:/bin/sh\n");
        file("usr/lib/nofear/install.options", "--user=ann\n");
        file("var/cache/nofear/log/setup.log", "asked 192.0.2.7\n");
        assertThat(text()).doesNotContain("ann", "192.0.2.7").contains("--user=USER1", "asked IPV4");
    }

    @Test
    void ofMountsOnlyTheKindsAtKnownPlacesAreTold() throws IOException {
        file("proc/self/mounts", "/dev/secret / ext4 rw 0 0\n//nas/private /media/private cifs rw 0 0\n");
        assertThat(text()).contains("== mounts\n/ ext4\n").doesNotContain("secret", "private");
    }

    @Test
    void ofTheProcessorOnlyTheFirstIsTold() throws IOException {
        file("proc/cpuinfo", "processor : 0\nmodel name : A\nflags : svm\ncpu MHz : 9\n\nmodel name : B\n");
        assertThat(text()).contains("model name : A\nflags : svm").doesNotContain("MHz", "model name : B");
    }

    @Test
    void ofALongLogTheEndIsTold() throws IOException {
        file(
                "var/cache/nofear/log/setup.log",
                IntStream.range(0, 5000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining()));
        assertThat(text()).contains("line 4999", "line 3000\n").doesNotContain("line 2999\n");
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        Path file = root.resolve("report");
        new NewFile(file).write("text");
        assertThat(file).hasContent("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileOrALinkThatIsThereIsLeftAlone() throws IOException {
        file("report", "mine");
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("elsewhere"));
        assertThatThrownBy(() -> new NewFile(root.resolve("report")).write("text"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is there already");
        assertThatThrownBy(() -> new NewFile(link).write("text")).isInstanceOf(UserError.class);
        assertThat(root.resolve("report")).hasContent("mine");
        assertThat(root.resolve("elsewhere")).doesNotExist();
    }
}
