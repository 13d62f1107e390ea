package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.kernel.KernelFragments;
import org.nofear.setup.resource.Capability;

final class VmmAndGuestChecksTest {

    private static final String TAP = "/usr/local/lib/nofear/nofear-tap";
    private static final String LKVM = "/usr/local/lib/nofear/lkvm";

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void machine() throws IOException {
        bench = new Bench(root);
    }

    private void finds(Check check, Status status, String fix) throws IOException {
        Finding finding = bench.run(check);
        assertThat(finding.status()).as(finding.toString()).isEqualTo(status);
        assertThat(finding.fix().orElse("")).contains(fix);
    }

    @Test
    void nothing_installed_is_said_with_the_command_that_installs() throws IOException {
        finds(new VmmChecks.Binary(), Status.FAIL, "sudo nofear-setup install");
        finds(new KernelChecks.Image(), Status.FAIL, "sudo nofear-setup install");
        finds(new GuestImageCheck(), Status.FAIL, "sudo nofear-setup install");
        finds(new AlternativesCheck(), Status.SKIP, "sudo nofear-setup install");
    }

    @Test
    void the_vmm_in_use_has_to_be_there() throws IOException {
        bench.installed("lkvm", "none");
        finds(new VmmChecks.Binary(), Status.PASS, "");
        bench.remove(Bench.LIBRARY + "lkvm");
        finds(new VmmChecks.Binary(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.installed("qemu-kvm", "none").remove("usr/bin/qemu-system-x86_64");
        finds(new VmmChecks.Binary(), Status.FAIL, "sudo apt-get install --yes --no-install-recommends qemu");
        bench.remove(Bench.LIBRARY + "vmm.conf");
        finds(new VmmChecks.Binary(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.offline();
        finds(new VmmChecks.Binary(), Status.SKIP, "sudo nofear-setup install");
    }

    @Test
    void a_vmm_for_a_group_is_not_for_others() throws IOException {
        bench.installed("lkvm", "none").write(Bench.LIBRARY + "lkvm", "x", "rwxr-x---");
        finds(new VmmChecks.Binary(), Status.FAIL, "sudo usermod -aG");
    }

    @Test
    void nofear_tap_has_the_capability_and_nothing_else_has_one() throws IOException {
        bench.installed("lkvm", "tap");
        finds(new VmmChecks.Capabilities(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.write(Bench.LIBRARY + "nofear-tap", "x", "rwxr-x---");
        finds(new VmmChecks.Capabilities(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.attribute(TAP, new byte[] {1});
        finds(new VmmChecks.Capabilities(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.attribute(TAP, Capability.NET_ADMIN.bytes());
        finds(new VmmChecks.Capabilities(), Status.PASS, "");
        bench.attribute(LKVM, Capability.NET_ADMIN.bytes());
        finds(new VmmChecks.Capabilities(), Status.FAIL, "sudo nofear-setup doctor --fix");
    }

    @Test
    void somebody_elses_qemu_with_a_capability_is_not_ours_to_change() throws IOException {
        bench.installed("qemu-kvm", "user");
        finds(new VmmChecks.Capabilities(), Status.PASS, "");
        bench.attribute("/usr/bin/qemu-system-x86_64", Capability.NET_ADMIN.bytes());
        finds(new VmmChecks.Capabilities(), Status.WARN, "sudo setcap -r /usr/bin/qemu-system-x86_64");
    }

    @Test
    void landlock_holds_an_lkvm() throws IOException {
        bench.installed("lkvm", "tap");
        finds(new ConfinementCheck(), Status.PASS, "");
        bench.landlock(0);
        finds(new ConfinementCheck(), Status.FAIL, "landlock");
        bench.installed("qemu-kvm", "tap");
        finds(new ConfinementCheck(), Status.WARN, "landlock");
    }

    @Test
    void what_an_older_landlock_leaves_free_is_said() throws IOException {
        bench.installed("lkvm", "tap").landlock(2);
        assertThat(bench.run(new ConfinementCheck()).summary())
                .contains("truncation (Linux 6.2)", "TCP (6.7)", "signals");
        bench.landlock(4);
        assertThat(bench.run(new ConfinementCheck()).summary())
                .doesNotContain("TCP")
                .contains("signals");
        bench.landlock(6);
        assertThat(bench.run(new ConfinementCheck()).summary()).isEqualTo("Landlock confines lkvm");
    }

    @Test
    void app_armor_holds_one_where_there_is_no_landlock() throws IOException {
        bench.installed("lkvm", "tap").landlock(0);
        finds(new ConfinementCheck(), Status.FAIL, "landlock");
        bench.write("sys/module/apparmor/parameters/enabled", "Y\n");
        bench.write("usr/sbin/apparmor_parser", "x", "rwxr-xr-x");
        finds(new ConfinementCheck(), Status.FAIL, "landlock"); // securityfs is not mounted
        bench.remove("usr/sbin/apparmor_parser");
        bench.write("sys/kernel/security/apparmor/revision", "1\n");
        finds(new ConfinementCheck(), Status.FAIL, "landlock");
        bench.write("usr/sbin/apparmor_parser", "x", "rwxr-xr-x");
        finds(new ConfinementCheck(), Status.SKIP, "sudo nofear-setup doctor --only vmm.confinement");
        bench.asRoot();
        finds(new ConfinementCheck(), Status.FAIL, "doctor --fix");
        bench.write("sys/kernel/security/apparmor/profiles", "lsb (enforce)\nnofear-lkvm (complain)\n");
        finds(new ConfinementCheck(), Status.FAIL, "aa-enforce");
        bench.write("sys/kernel/security/apparmor/profiles", "nofear-lkvm (enforce)\n");
        finds(new ConfinementCheck(), Status.PASS, "");
    }

    @Test
    void a_confinement_that_is_switched_off_is_a_failure() throws IOException {
        bench.installed("qemu-kvm", "none").write("etc/nofear/nofear.conf", "confinement = off\n");
        finds(new ConfinementCheck(), Status.FAIL, "nofear.conf");
    }

    @Test
    void what_the_administrator_set_is_understood_and_counts() throws IOException {
        bench.installed("qemu-kvm", "none");
        finds(new ConfigCheck(), Status.PASS, "");
        bench.write("etc/nofear/nofear.conf", "# nothing\nmemory = 1G\n");
        finds(new ConfigCheck(), Status.PASS, "");
        bench.write("etc/nofear/nofear.conf", "confinment = off\ncpus = x\n");
        finds(new ConfigCheck(), Status.FAIL, "nofear.conf");
        assertThat(bench.run(new ConfigCheck()).summary())
                .contains("confinement")
                .contains(":2: cpus");
        bench.write(Bench.LIBRARY + "launch.conf", "subnet = 10.177.33.0/24\n")
                .write("etc/nofear/nofear.conf", "subnet = 10.9.0.0/24\n");
        finds(new ConfigCheck(), Status.WARN, "nofear-setup install");
    }

    @Test
    void a_kernel_is_known_by_its_header() throws IOException {
        bench.installed("lkvm", "none");
        finds(new KernelChecks.Image(), Status.PASS, "");
        bench.write(Bench.LIBRARY + "bzImage", "not a kernel");
        finds(new KernelChecks.Image(), Status.FAIL, "doctor --fix");
    }

    @Test
    void each_option_that_is_asked_for_is_in_the_kernels_configuration() throws IOException {
        bench.installed("lkvm", "none");
        finds(new KernelChecks.Config(), Status.SKIP, "--kernel build");
        bench.write(Bench.LIBRARY + "kernel.config", new KernelFragments().text());
        finds(new KernelChecks.Config(), Status.PASS, "");
        bench.write(
                Bench.LIBRARY + "kernel.config", new KernelFragments().text() + "\n# CONFIG_VIRTIO_BLK is not set\n");
        Finding finding = bench.run(new KernelChecks.Config());
        assertThat(finding.status()).isEqualTo(Status.FAIL);
        assertThat(finding.evidence().get("options")).contains("CONFIG_VIRTIO_BLK=y (is: n)");
    }

    @Test
    void an_image_is_an_archive() throws IOException {
        bench.installed("lkvm", "none");
        finds(new GuestImageCheck(), Status.PASS, "");
        bench.write(Bench.LIBRARY + "guest.cpio", "truncated");
        finds(new GuestImageCheck(), Status.FAIL, "doctor --fix");
    }

    @Test
    void links_out_of_the_shares_lead_to_what_guests_have() throws IOException {
        bench.installed("lkvm", "none")
                .write(
                        Bench.LIBRARY + "etc-allow.list",
                        "# list\netc/alternatives  # the system's choices\netc/java*\n")
                .write("etc/alternatives/editor", "x")
                .write("etc/java-17/conf", "x")
                .link("usr/bin/editor", "/etc/alternatives/editor")
                .link("usr/lib/jvm/conf", "../../../etc/java-17/conf")
                .link("usr/lib/dangling", "/etc/nothing")
                .link("usr/lib/inside", "/usr/bin/editor")
                .write("etc/private/key", "x", "rw-------")
                .link("usr/lib/private", "/etc/private/key")
                .write("etc/environment", "x")
                .link("usr/lib/environment.d/99.conf", "/etc/environment");
        finds(new AlternativesCheck(), Status.PASS, "");
        bench.write("etc/secret/file", "x").link("usr/share/secret", "/etc/secret/file");
        Finding finding = bench.run(new AlternativesCheck());
        assertThat(finding.status()).isEqualTo(Status.WARN);
        assertThat(finding.evidence().get("links")).isEqualTo("/usr/share/secret -> /etc/secret/file");
        assertThat(finding.fix().orElseThrow()).contains("/etc/secret:ro");
    }

    @Test
    void a_link_that_guests_do_not_get_is_told_with_where_it_leads() throws IOException {
        bench.installed("lkvm", "none")
                .write(Bench.LIBRARY + "etc-allow.list", "etc/alternatives\n")
                .write("var/lib/file", "x")
                .link("opt", "var");
        finds(new AlternativesCheck(), Status.WARN, "sudo ln -sfn /srv/opt /opt");
        assertThat(bench.run(new AlternativesCheck()).summary()).contains("/opt leads to /var");
        bench.write("etc/secret/file", "x").link("usr/share/secret", "/etc/secret/file");
        assertThat(bench.run(new AlternativesCheck()).evidence())
                .containsEntry("refused", "/opt -> /var")
                .containsEntry("links", "/usr/share/secret -> /etc/secret/file");
        bench.remove("opt")
                .remove("usr/share/secret")
                .write("srv/opt/tool", "x")
                .link("opt", "srv/opt");
        finds(new AlternativesCheck(), Status.PASS, "");
    }

    @Test
    void a_program_that_may_be_run_and_not_read_is_named() throws IOException {
        bench.write("usr/bin/ok", "x", "rwxr-xr-x").write("usr/sbin/private", "x", "rwxr-x---");
        finds(new UnreadableCheck(), Status.PASS, "");
        bench.write("usr/bin/top", "x", "rwx--x--x").write("usr/lib/pkg/helper", "x", "rwx--x--x");
        finds(new UnreadableCheck(), Status.WARN, "sudo chmod go+r /usr/bin/top /usr/lib/pkg/helper");
    }

    @Test
    void of_one_that_guests_need_there_is_a_copy() throws IOException {
        bench.installed("lkvm", "none").write("usr/bin/mount", "ELF", "rwx--x--x");
        finds(new UnreadableCheck(), Status.FAIL, "sudo nofear-setup doctor --fix");
        bench.write(Bench.LIBRARY + "readable/usr/bin/mount", "ELF", "rwxr-xr-x");
        finds(new UnreadableCheck(), Status.PASS, "");
        bench.write("usr/bin/mount", "newer", "rwx--x--x");
        finds(new UnreadableCheck(), Status.FAIL, "sudo nofear-setup doctor --fix");
    }

    @Test
    void fonts_have_a_configuration_and_a_cache() throws IOException {
        finds(new FontsCheck(), Status.WARN, "fonts");
        bench.write("usr/share/fonts/a.ttf", "");
        finds(new FontsCheck(), Status.WARN, "fontconfig");
        bench.write("etc/fonts/fonts.conf", "<fontconfig/>");
        finds(new FontsCheck(), Status.WARN, "fc-cache");
        bench.write("var/cache/fontconfig/x.cache-9", "");
        finds(new FontsCheck(), Status.PASS, "");
    }

    @Test
    void the_guest_is_booted_and_nothing_is_left_of_it() throws IOException {
        bench.installed("qemu-tcg", "none")
                .write("usr/local/bin/nofear", "", "rwxr-xr-x")
                .guestAnswers();
        finds(new BootCheck(), Status.PASS, "");
        try (var left = Files.list(root.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
        bench.answer("nofear", 125, "");
        finds(new BootCheck(), Status.FAIL, "doctor --fix");
    }

    @Test
    void a_user_without_kvm_boots_nothing_on_it() throws IOException {
        bench.installed("lkvm", "none");
        assertThat(bench.run(new BootCheck()).because()).contains("kvm.access");
    }
}
