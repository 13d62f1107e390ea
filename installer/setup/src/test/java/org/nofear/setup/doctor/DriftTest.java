package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Installation;
import org.nofear.setup.engine.Interrupt;
import org.nofear.setup.engine.Silence;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.snapshot.Content;

/** On a real offline tree, with the real engine: doctor sees what install would do again. */
final class DriftTest {

    private static final String CONFIGURATION = "etc/sysctl.d/60-nofear.conf";
    private static final String PROGRAM = "opt/nofear";

    @TempDir
    Path directory;

    private Path root;
    private Host host;
    private Bench bench;

    @BeforeEach
    void tree() throws IOException {
        root = Files.createDirectory(directory.resolve("tree"));
        bench = new Bench(root);
        Files.createDirectories(root.resolve("etc/sysctl.d"));
        Files.createDirectories(root.resolve("opt"));
        host = Host.offline(root);
        bench.drift(new InstalledDrift(target(), store(), blueprint(), options()));
    }

    private Target target() {
        return new Target(host, new SafeFiles(root, host.os(), Checkpoint.NONE), Optional.empty());
    }

    private StateStore store() {
        return new StateStore(target(), "test");
    }

    private InstallOptions options() {
        return InstallOptions.defaults(host.root());
    }

    private Blueprint blueprint() {
        String me = String.valueOf(host.os().effectiveUserId());
        Permissions mine = new Permissions(0644, me, me);
        return (machine, state, options, progress) -> List.of(Stage.of(List.of(
                new FileResource("/" + CONFIGURATION, Content.of("net.ipv4.ip_forward = 1\n"), mine, "forwarding"),
                new FileResource("/" + PROGRAM, Content.of("program\n"), mine, "the launcher"))));
    }

    private Installation installation() {
        return new Installation(target(), store(), new Silence(), Interrupt.NEVER, blueprint());
    }

    private void install() throws IOException {
        installation().bring(options());
    }

    private Repair repair() {
        return new Repair(installation());
    }

    private List<Doctor.Result> examine() throws IOException {
        return List.of(new Doctor.Result("install.drift", bench.run(new DriftCheck())));
    }

    private Finding finding() throws IOException {
        return examine().get(0).finding();
    }

    @Test
    void nothing_installed_is_said_and_no_repair_installs() throws IOException {
        assertThat(finding().summary()).contains("not installed");
        assertThat(finding().fix().orElseThrow()).startsWith("sudo nofear-setup install");
        List<String> before = Listing.of(root);
        assertThat(repair().after(examine(), options()))
                .as("no repair installs")
                .isEmpty();
        assertThat(Listing.of(root)).isEqualTo(before);
        install();
        assertThat(finding().status()).as(finding().toString()).isEqualTo(Status.PASS);
        assertThat(repair().after(examine(), options())).isEmpty();
    }

    @Test
    void a_deleted_file_is_named_and_put_back() throws IOException {
        install();
        Files.delete(root.resolve(PROGRAM));
        assertThat(finding().status()).isEqualTo(Status.FAIL);
        assertThat(finding().evidence()).containsKey("path:/" + PROGRAM);
        assertThat(finding().fix().orElseThrow()).startsWith("sudo nofear-setup doctor --fix");
        repair().after(examine(), options());
        assertThat(root.resolve(PROGRAM)).hasContent("program\n");
        assertThat(finding().status()).isEqualTo(Status.PASS);
    }

    @Test
    void an_edited_file_is_named_and_kept() throws IOException {
        install();
        bench.write(CONFIGURATION, "net.ipv4.ip_forward = 0\n");
        Finding finding = finding();
        assertThat(finding.evidence()).containsKey("kept /" + CONFIGURATION);
        repair().after(examine(), options());
        assertThat(root.resolve(CONFIGURATION)).hasContent("net.ipv4.ip_forward = 0\n");
        assertThat(finding().status()).as(finding().toString()).isEqualTo(Status.WARN);
    }

    @Test
    void a_garbled_program_is_a_failure_and_put_back() throws IOException {
        install();
        bench.write(PROGRAM, "");
        assertThat(finding().status()).isEqualTo(Status.FAIL);
        repair().after(examine(), options());
        assertThat(root.resolve(PROGRAM)).hasContent("program\n");
        assertThat(finding().status()).as(finding().toString()).isEqualTo(Status.PASS);
    }

    @Test
    void looking_changes_nothing() throws IOException {
        install();
        List<String> before = Listing.of(root);
        finding();
        assertThat(Listing.of(root)).isEqualTo(before);
    }
}
