package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.NativeOs;
import org.nofear.setup.doctor.Listing;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Interrupt;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;

/** {@code doctor --fix} and {@code verify}, on a tree. */
final class FixAndVerifyTest {

    private static final String PROGRAM = "usr/local/lib/nofear/launch.conf";
    private static final String ADMINISTRATORS = "etc/sysctl.d/60-nofear.conf";

    @TempDir
    Path root;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void tree() throws IOException {
        assumeTrue(NativeOs.system().effectiveUserId() == 0, "only root installs");
        for (String each : List.of("etc/sysctl.d", "usr/local/lib", "usr/bin", "var/lib")) {
            Files.createDirectories(root.resolve(each));
        }
        Files.writeString(root.resolve("etc/os-release"), "ID=debian\nVERSION_ID=12\n");
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    }

    /** The network's mode that install is asked for is what the file says. */
    private static Blueprint blueprint() {
        return (target, before, options, progress) -> List.of(Stage.of(List.of(
                FileResource.text("/" + PROGRAM, "network = " + options.network() + "\n", "the launcher's"),
                FileResource.text("/" + ADMINISTRATORS, "net.ipv4.ip_forward = 1\n", "forwarding"))));
    }

    private int setup(String command, String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Map.of(),
                Interrupt.NEVER,
                blueprint(),
                Path.of("/opt/home"));
        return new Setup(surroundings)
                .run(Stream.concat(Stream.of(command, "--root", root.toString()), Stream.of(arguments))
                        .toList());
    }

    private int fix(String... arguments) {
        return setup(
                "doctor",
                Stream.concat(Stream.of("--fix", "--only", "install.drift"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    @Test
    void whereNothingIsInstalledAFixInstallsNothing() throws IOException {
        List<String> before = Listing.of(root);
        assertThat(fix()).isEqualTo(1);
        assertThat(err.toString()).contains("nothing is installed here", "sudo nofear-setup install");
        assertThat(Listing.of(root)).isEqualTo(before);
        assertThat(fix("--dry-run")).isZero();
        assertThat(Listing.of(root)).isEqualTo(before);
    }

    @Test
    void aFixShowsWhatItWouldDoAndDoesIt() throws IOException {
        setup("install");
        Files.writeString(root.resolve(PROGRAM), "garbled");
        List<String> before = Listing.of(root);
        assertThat(fix("--dry-run")).isZero();
        assertThat(out.toString()).contains("change path /" + PROGRAM, "2 changes");
        assertThat(Listing.of(root)).isEqualTo(before);
        assertThat(fix()).isZero();
        assertThat(root.resolve(PROGRAM)).hasContent("network = Optional.empty\n");
        assertThat(root.resolve(PROGRAM + ".nofear-old")).hasContent("garbled");
    }

    /** What was asked for is in the state: the file that also tells it may be gone. */
    @Test
    void aFixKeepsToWhatInstallWasAskedFor() throws IOException {
        setup("install", "--network=none");
        String asked = Files.readString(root.resolve(PROGRAM));
        Files.delete(root.resolve(PROGRAM));
        assertThat(fix()).isZero();
        assertThat(root.resolve(PROGRAM)).hasContent(asked);
        assertThat(asked).contains("NONE");
    }

    @Test
    void whatTheAdministratorChangedIsLeftAndSaid() throws IOException {
        setup("install");
        Files.writeString(root.resolve(ADMINISTRATORS), "# mine\n");
        Files.delete(root.resolve(PROGRAM));
        assertThat(fix()).isZero();
        assertThat(err.toString()).contains("left as it is: /" + ADMINISTRATORS);
        assertThat(root.resolve(ADMINISTRATORS)).hasContent("# mine\n");
    }

    @Test
    void anotherPrefixIsNoRepair() throws IOException {
        setup("install");
        assertThat(fix("--prefix=/opt/other")).isEqualTo(1);
        assertThat(err.toString()).contains("NoFear is installed in /usr/local, not in /opt/other");
        assertThat(root.resolve("opt")).doesNotExist();
    }

    @Test
    void uninstallRefusesWhileAVmRuns() throws IOException {
        setup("install");
        Files.createDirectories(root.resolve("proc/77"));
        Files.writeString(root.resolve("proc/77/comm"), "nofear-monitor\n");
        Files.createSymbolicLink(root.resolve("proc/77/exe"), Path.of("/usr/local/bin/nofear"));
        assertThat(setup("uninstall")).isEqualTo(1);
        assertThat(err.toString()).contains("a VM runs", "(process 77)", "--force");
        assertThat(root.resolve(PROGRAM)).exists();
        assertThat(setup("uninstall", "--force")).isZero();
        assertThat(root.resolve(PROGRAM)).doesNotExist();
    }

    @Test
    void dryRunAloneIsWrongUsage() {
        assertThat(setup("doctor", "--dry-run")).isEqualTo(2);
    }

    @Test
    void verifyListsWhatDiffers() throws IOException {
        assertThat(setup("verify")).isEqualTo(1);
        assertThat(err.toString()).contains("nothing is installed here");
        setup("install");
        assertThat(setup("verify")).isZero();
        assertThat(out.toString()).isEmpty();

        Files.writeString(root.resolve(PROGRAM), "");
        Files.delete(root.resolve(ADMINISTRATORS));
        assertThat(setup("verify")).isEqualTo(1);
        assertThat(out.toString().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("changed path /" + PROGRAM + "  (file, 0 bytes"))
                .anyMatch(line -> line.startsWith("missing path /" + ADMINISTRATORS));
    }

    @Test
    void anErrorIsAnEventForMachines() {
        assertThat(setup("verify", "--json")).isEqualTo(1);
        assertThat(JsonParser.parseString(out.toString()).getAsJsonObject().entrySet())
                .extracting(each -> each.getKey() + "=" + each.getValue().getAsString())
                .containsExactly(
                        "event=error", "code=1", "what=nothing is installed here", "remedy=sudo nofear-setup install");
    }

    @Test
    void verifyComparesModesAndSpeaksJson() throws IOException {
        setup("install");
        Files.setAttribute(root.resolve(PROGRAM), "unix:mode", 0666);
        assertThat(setup("verify", "--json")).isEqualTo(1);
        assertThat(JsonParser.parseString(out.toString()).getAsJsonObject().getAsJsonArray("differences"))
                .singleElement()
                .satisfies(each -> assertThat(each.getAsJsonObject().get("id").getAsString())
                        .isEqualTo("path:/" + PROGRAM));
    }
}
