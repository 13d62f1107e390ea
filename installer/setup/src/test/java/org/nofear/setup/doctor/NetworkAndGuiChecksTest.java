package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkAndGuiChecksTest {

    private static final String RULES = "nofear-net status rules";
    private static final String PROBE = "nofear-tap probe";
    private static final String TAP = "sys/class/net/nofear0/";
    private static final String TUN = "dev/net/tun";
    private static final String FORWARD = "iptables -w -S FORWARD";

    private static final String GUARDED = "filter = on\ngate = on\nconntrack = on\n";
    private static final User MEMBER = new User("alice", 1000, Set.of("nofear"), Set.of("nofear"), "/home/alice");

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void machine() throws IOException {
        bench = new Bench(root)
                .installed("lkvm", "tap")
                .write(Bench.LIBRARY + "nofear-net", "")
                .write(Bench.LIBRARY + "nofear-tap", "")
                .write(TUN, "", "rw-rw-rw-");
    }

    private void finds(Check check, Status status, String fix) throws IOException {
        Finding finding = bench.run(check);
        assertThat(finding.status()).as(finding.toString()).isEqualTo(status);
        assertThat(finding.fix().orElse("")).contains(fix);
    }

    @Test
    void without_a_routed_network_nothing_is_needed_of_the_host() throws IOException {
        bench.installed("qemu-tcg", "user");
        finds(new NetworkChecks.Forwarding(), Status.PASS, "");
        finds(new TapsCheck(), Status.PASS, "");
        finds(new FirewallChecks.Nat(), Status.PASS, "");
        finds(new FirewallChecks.ForwardPolicy(), Status.PASS, "");
    }

    @Test
    void the_kernel_has_to_forward() throws IOException {
        bench.write("proc/sys/net/ipv4/ip_forward", "1\n");
        finds(new NetworkChecks.Forwarding(), Status.PASS, "");
        bench.write("proc/sys/net/ipv4/ip_forward", "0\n");
        finds(new NetworkChecks.Forwarding(), Status.FAIL, "sudo nofear-setup doctor --fix");
    }

    @Test
    void only_root_sees_the_rules() throws IOException {
        bench.write("usr/sbin/iptables", "");
        finds(new FirewallChecks.Nat(), Status.SKIP, "sudo nofear-setup doctor --only net.nat");
        finds(new FirewallChecks.ForwardPolicy(), Status.SKIP, "sudo nofear-setup doctor --only net.forward-policy");
    }

    @Test
    void nofears_rules_have_to_be_in_force() throws IOException {
        bench.asRoot().answer(RULES, 0, "");
        finds(new FirewallChecks.Nat(), Status.PASS, "");
        bench.answer(RULES, 1, "");
        finds(new FirewallChecks.Nat(), Status.FAIL, "doctor --fix");
        bench.remove(Bench.LIBRARY + "nofear-net");
        finds(new FirewallChecks.Nat(), Status.FAIL, "doctor --fix");
    }

    @Test
    void what_is_weaker_with_iptables_alone_is_said() throws IOException {
        bench.asRoot().answer(RULES, 0, "");
        bench.write(Bench.LIBRARY + "launch.conf", "network = tap\nfirewall = iptables\n");
        finds(new FirewallChecks.Nat(), Status.WARN, "nftables && sudo nofear-setup install");
    }

    @Test
    void whom_the_host_forwards_for_is_said() throws IOException {
        bench.write("proc/sys/net/ipv4/ip_forward", "1\n");
        assertThat(bench.run(new NetworkChecks.Forwarding()).toString()).contains("for others=yes");
        bench.write(Bench.LIBRARY + "launch.conf", "network = tap\nforward.others = off\n");
        assertThat(bench.run(new NetworkChecks.Forwarding()).toString())
                .contains("for others=no", "forward.others = on");
    }

    @Test
    void dockers_policy_is_passed_by() throws IOException {
        bench.asRoot();
        finds(new FirewallChecks.ForwardPolicy(), Status.PASS, "");
        bench.write("usr/sbin/iptables", "").answer(FORWARD, 0, "-P FORWARD ACCEPT\n");
        finds(new FirewallChecks.ForwardPolicy(), Status.PASS, "");
        bench.answer(FORWARD, 0, "-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n");
        finds(new FirewallChecks.ForwardPolicy(), Status.FAIL, "doctor --fix");
        bench.answer(FORWARD, 0, "-P FORWARD DROP\n-A FORWARD -m comment --comment nofear -j NOFEAR-FORWARD\n");
        finds(new FirewallChecks.ForwardPolicy(), Status.PASS, "");
        bench.answer(FORWARD, 4, "");
        finds(new FirewallChecks.ForwardPolicy(), Status.WARN, "sudo nofear-setup");
    }

    @Test
    void taps_are_for_the_group() throws IOException {
        bench.answer(PROBE, 0, GUARDED);
        finds(new TapsCheck(), Status.FAIL, "sudo usermod -aG nofear alice");
        bench.user(new User("alice", 1000, Set.of(), Set.of("nofear"), "/home/alice"));
        finds(new TapsCheck(), Status.FAIL, "newgrp nofear");
        bench.user(MEMBER);
        finds(new TapsCheck(), Status.PASS, "");
        bench.user(new User("bob", 1001, Set.of("nofear"), Set.of("nofear"), "/home/bob"));
        finds(new TapsCheck(), Status.SKIP, "sudo nofear-setup doctor --only net.taps");
    }

    @Test
    void interfaces_that_are_left_over_are_found_whoever_owns_them() throws IOException {
        bench.user(MEMBER).answer(PROBE, 0, GUARDED);
        bench.write(TAP + "tun_flags", "0x1002\n").write(TAP + "carrier", "1\n");
        finds(new TapsCheck(), Status.PASS, "");
        bench.write(TAP + "tun_flags", "0x1802\n");
        finds(new TapsCheck(), Status.PASS, ""); // a VM of an older version still has it
        bench.write(TAP + "carrier", "0\n");
        finds(new TapsCheck(), Status.FAIL, "doctor --fix");
        bench.remove(TAP + "carrier");
        finds(new TapsCheck(), Status.FAIL, "doctor --fix");
        bench.remove(TAP + "tun_flags");
        finds(new TapsCheck(), Status.PASS, "");
    }

    @Test
    void an_interface_that_is_down_leaves_its_vm_without_network() throws IOException {
        bench.user(MEMBER).answer(PROBE, 0, GUARDED).write(TAP + "tun_flags", "0x1002\n");
        bench.write(TAP + "flags", "0x1003\n");
        finds(new TapsCheck(), Status.PASS, "");
        bench.write(TAP + "flags", "0x1002\n");
        finds(new TapsCheck(), Status.FAIL, "sudo ip link set dev nofear0 alias");
    }

    @Test
    void what_this_kernel_leaves_open_on_an_interface_is_named() throws IOException {
        bench.user(MEMBER).answer(PROBE, 0, "filter = off\ngate = on\nconntrack = on\n");
        finds(new TapsCheck(), Status.WARN, "CONFIG_NET_CLS_BPF");
        assertThat(bench.run(new TapsCheck()).summary()).contains("ARP").doesNotContain("flush");
        bench.answer(PROBE, 0, "filter = on\ngate = off\nconntrack = off\n");
        assertThat(bench.run(new TapsCheck()).summary()).contains("flush", "the one before it");
        bench.write(Bench.LIBRARY + "launch.conf", "network = tap\nfirewall = iptables\n");
        assertThat(bench.run(new TapsCheck()).summary()).doesNotContain("flush");
        bench.answer(PROBE, 1, "");
        finds(new TapsCheck(), Status.FAIL, "doctor --fix");
    }

    @Test
    void taps_come_from_a_device_that_users_may_open() throws IOException {
        bench.user(new User("bob", 1001, Set.of("nofear"), Set.of("nofear"), "/home/bob"));
        finds(new TapsCheck(), Status.SKIP, "sudo nofear-setup doctor --only net.taps");
        bench.write(TUN, "", "rw-------");
        finds(new TapsCheck(), Status.FAIL, "sudo chmod 666 /dev/net/tun");
        Files.delete(root.resolve(TUN));
        finds(new TapsCheck(), Status.FAIL, "sudo modprobe tun");
    }

    @Test
    void dhcpcd_is_told_by_the_administrator() throws IOException {
        bench.user(MEMBER).answer(PROBE, 0, GUARDED);
        finds(new TapsCheck(), Status.PASS, "");
        bench.write("etc/dhcpcd.conf", "# denyinterfaces nofear*\n").write("usr/sbin/dhcpcd", "");
        finds(new TapsCheck(), Status.WARN, "denyinterfaces nofear*");
        bench.answer("dhcpcd --version", 0, "dhcpcd 8.0.6\n");
        finds(new TapsCheck(), Status.WARN, "denyinterfaces nofear*");
        bench.answer("dhcpcd --version", 0, "dhcpcd 8.1.0\n");
        finds(new TapsCheck(), Status.PASS, "");
        bench.answer("dhcpcd --version", 0, "dhcpcd 7.1.0\n");
        bench.write("etc/dhcpcd.conf", "denyinterfaces veth* nofear*\n");
        finds(new TapsCheck(), Status.PASS, "");
    }

    @Test
    void forwarding_that_others_rely_on_is_said() throws IOException {
        bench.write("proc/sys/net/ipv4/ip_forward", "1\n").write("sys/class/net/docker0/mtu", "1500\n");
        assertThat(bench.run(new NetworkChecks.Forwarding()).toString()).contains("docker0");
    }

    @Test
    void a_stub_is_no_name_server_for_guests() throws IOException {
        bench.write("etc/resolv.conf", "nameserver 127.0.0.53\n");
        finds(new NetworkChecks.Dns(), Status.WARN, "nameserver");
        bench.write("run/systemd/resolve/resolv.conf", "nameserver 2001:db8::1\n");
        finds(new NetworkChecks.Dns(), Status.WARN, "nameserver");
        bench.write("run/systemd/resolve/resolv.conf", "nameserver 192.0.2.1\n");
        finds(new NetworkChecks.Dns(), Status.PASS, "");
    }

    @Test
    void xpra_comes_from_the_distribution() throws IOException {
        finds(new GuiChecks.Xpra(), Status.WARN, "sudo apt-get install --yes --no-install-recommends xpra");
        assertThat(bench.run(new GuiChecks.Flags()).because()).contains("gui.xpra");
        bench.xpra("xpra v3.1.3");
        finds(new GuiChecks.Xpra(), Status.WARN, "xvfb");
        bench.write("usr/bin/Xvfb", "");
        finds(new GuiChecks.Xpra(), Status.PASS, "");
        bench.write(Bench.LIBRARY + "gui.conf", "gui.xpra.version = 3.1.3\n");
        finds(new GuiChecks.Flags(), Status.PASS, "");
        bench.xpra("no version");
        finds(new GuiChecks.Xpra(), Status.WARN, "xpra");
        bench.xpra("xpra v0.17.6");
        finds(new GuiChecks.Xpra(), Status.WARN, "xpra");
        bench.xpra("xpra v7.0");
        finds(new GuiChecks.Flags(), Status.WARN, "nofear-setup install");
        bench.write(Bench.LIBRARY + "gui.conf", "gui.xpra.version = 7.0.0\n");
        finds(new GuiChecks.Flags(), Status.WARN, "nofear run --gui");
    }

    @Test
    void xpras_options_are_for_the_version_that_install_saw() throws IOException {
        bench.xpra("xpra v4.4.6").write("usr/bin/Xvfb", "").installed("qemu-tcg", "none");
        finds(new GuiChecks.Flags(), Status.WARN, "nofear-setup install");
        bench.write("usr/local/lib/nofear/gui.conf", "gui.xpra.version = 3.1.3\n");
        finds(new GuiChecks.Flags(), Status.WARN, "nofear-setup install");
        bench.write("usr/local/lib/nofear/gui.conf", "gui.xpra.version = 4.4.6\n");
        finds(new GuiChecks.Flags(), Status.PASS, "");
    }

    @Test
    void windows_need_the_bindings_of_cairo() throws IOException {
        bench.xpra("xpra v3.1.3").write("usr/bin/Xvfb", "").write("usr/bin/python3", "", "rwxr-xr-x");
        bench.answer("python3", 0, "imaging\nsound\n");
        finds(new GuiChecks.Xpra(), Status.WARN, "python3-gi-cairo");
    }

    @Test
    void windows_need_the_imaging_library() throws IOException {
        bench.xpra("xpra v3.1.3").write("usr/bin/Xvfb", "").write("usr/bin/python3", "", "rwxr-xr-x");
        bench.answer("python3", 0, "cairo\nimaging\n");
        finds(new GuiChecks.Xpra(), Status.PASS, "");
        bench.answer("python3", 0, "cairo\n");
        finds(new GuiChecks.Xpra(), Status.WARN, "python3-pil");
    }

    @Test
    void sound_needs_the_plugin_of_gstreamer() throws IOException {
        bench.write("usr/bin/pipewire-pulse", "").write("usr/bin/pactl", "").write("run/user/1001/pulse/native", "");
        bench.write("usr/bin/python3", "", "rwxr-xr-x").answer("python3", 139, "cairo\nimaging\n");
        finds(new GuiChecks.Sound(), Status.WARN, "pulseaudio");
        bench.answer("python3", 0, "cairo\nimaging\nsound\n");
        finds(new GuiChecks.Sound(), Status.PASS, "");
    }

    @Test
    void sound_needs_a_server_that_runs() throws IOException {
        finds(new GuiChecks.Sound(), Status.WARN, "pulseaudio");
        bench.write("usr/bin/pipewire-pulse", "").write("usr/bin/pactl", "");
        finds(new GuiChecks.Sound(), Status.WARN, "systemctl --user");
        bench.write("run/user/1001/pulse/native", "");
        finds(new GuiChecks.Sound(), Status.PASS, "");
    }

    @Test
    void profiles_need_room() throws IOException {
        assertThat(SpaceCheck.judge(100L << 20).status()).isEqualTo(Status.FAIL);
        assertThat(SpaceCheck.judge(1L << 30).status()).isEqualTo(Status.WARN);
        assertThat(SpaceCheck.judge(3L << 30).status()).isEqualTo(Status.PASS);
        bench.user(new User("daemon", 1, Set.of(), Set.of(), "/nonexistent"));
        finds(new SpaceCheck(), Status.FAIL, "NOFEAR_HOME");
        bench.write(Bench.LIBRARY + "launch.conf", "mke2fs = /usr/sbin/mke2fs\n");
        finds(new SpaceCheck(), Status.FAIL, "sudo apt-get install --yes --no-install-recommends e2fsprogs");
    }
}
