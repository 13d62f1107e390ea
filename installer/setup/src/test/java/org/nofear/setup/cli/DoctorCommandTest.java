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
import org.nofear.setup.doctor.Checks;
import org.nofear.setup.doctor.Listing;
import org.nofear.setup.engine.Interrupt;

final class DoctorCommandTest {

    @TempDir
    Path root;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeEach
    void tree() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("usr/bin"));
        Files.writeString(root.resolve("etc/os-release"), "ID=debian\nVERSION_ID=12\n");
        Files.writeString(root.resolve("usr/bin/tool"), "x");
    }

    private int doctor(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                Map.of(),
                Interrupt.NEVER,
                (host, state, options, progress) -> List.of(),
                Path.of("/opt/home"));
        return new Setup(surroundings)
                .run(Stream.concat(Stream.of("doctor", "--root", root.toString()), Stream.of(arguments))
                        .toList());
    }

    @Test
    void a_failing_check_is_status_1_with_its_reason_and_its_fix() {
        assertThat(doctor()).isEqualTo(1);
        assertThat(out.toString())
                .contains("pass  host.distro")
                .contains("fail  vmm.binary         NoFear is not installed\n")
                .contains("      fix: sudo nofear-setup install --root " + root + "\n")
                .contains("      more: " + Path.of("/opt/home/lib/nofear/CHECKS.md") + ", vmm.binary\n")
                .contains("      because: vmm.binary\n")
                .contains(" fail, ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void nothing_failing_is_status_0_and_warnings_are_allowed() {
        assertThat(doctor("--only", "host.distro", "--only", "guest.fonts")).isEqualTo(0);
        assertThat(out.toString()).contains("warn  guest.fonts").contains("1 pass, 1 warn, 0 fail");
    }

    @Test
    void skipped_checks_are_left_out() {
        assertThat(doctor("--only", "host.distro", "--only", "vmm.binary", "--skip", "vmm.binary"))
                .isEqualTo(0);
        assertThat(out.toString()).doesNotContain("vmm.binary");
    }

    @Test
    void an_unknown_id_is_status_2_with_those_that_were_meant() {
        assertThat(doctor("--only", "kvm.acess")).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no check kvm.acess: did you mean")
                .contains("kvm.access");
        assertThat(doctor("--skip", "quux")).isEqualTo(2);
        assertThat(err.toString()).contains("doctor --list shows all");
    }

    @Test
    void the_list_is_of_all_ids() {
        assertThat(doctor("--list")).isEqualTo(0);
        assertThat(out.toString().lines()).containsExactlyElementsOf(Checks.ids());
    }

    @Test
    void json_is_one_object_and_nothing_else() {
        assertThat(doctor("--json")).isEqualTo(1);
        assertThat(JsonParser.parseString(out.toString())
                        .getAsJsonObject()
                        .getAsJsonArray("checks")
                        .size())
                .isEqualTo(Checks.ids().size());
        assertThat(out.toString().lines()).hasSize(1);
    }

    @Test
    void quiet_leaves_passes_out_and_verbose_shows_what_was_seen() {
        doctor("--quiet", "--only", "host.distro");
        assertThat(out.toString()).doesNotContain("host.distro");
        doctor("--verbose", "--only", "host.distro");
        assertThat(out.toString()).contains("      seen: id: debian");
    }

    @Test
    void nothing_is_coloured_without_a_terminal() {
        doctor();
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void colour_is_for_terminals() {
        StringWriter text = new StringWriter();
        new DoctorText(new PrintWriter(text, true), true, false, false, Path.of("CHECKS.md"))
                .show(new org.nofear.setup.doctor.Doctor.Result(
                        "a.b", org.nofear.setup.doctor.Finding.pass("fine\nand\u001b[2Jmore")));
        assertThat(text.toString()).isEqualTo("\u001b[32mpass \u001b[0m a.b                fine and\\x1b[2Jmore\n");
    }

    @Test
    void a_prefix_makes_sense_or_is_status_2() {
        assertThat(doctor("--prefix", "relative")).isEqualTo(2);
        doctor("--prefix", "/usr", "--only", "vmm.binary");
        assertThat(out.toString()).contains("--prefix /usr");
    }

    @Test
    void doctor_writes_nothing() throws IOException {
        List<String> before = Listing.of(root);
        doctor("--verbose");
        doctor("--json");
        assertThat(Listing.of(root)).isEqualTo(before);
    }

    @Test
    void fix_needs_root() {
        assumeTrue(NativeOs.system().effectiveUserId() != 0, "run as an ordinary user");
        assertThat(doctor("--fix")).isEqualTo(77);
        assertThat(err.toString()).contains("sudo nofear-setup doctor --fix");
    }
}
