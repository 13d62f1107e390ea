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

    private static final String TABLE = "nft list table inet nofear";
    private static final String TUN = "dev/net/tun";
    private static final String FORWARD = "iptables -w -S FORWARD";

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void machine() throws IOException {
        bench = new Bench(root).installed("lkvm", "tap-pool").write(TUN, "", "rw-rw-rw-");
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
        finds(new NetworkChecks.Taps(), Status.PASS, "");
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
    void nofears_table_has_to_be_loaded() throws IOException {
        bench.asRoot().write("usr/sbin/nft", "").answer(TABLE, 0, "table inet nofear {\n masquerade\n}\n");
        finds(new FirewallChecks.Nat(), Status.PASS, "");
        bench.answer(TABLE, 0, "table inet nofear {\n}\n");
        finds(new FirewallChecks.Nat(), Status.FAIL, "doctor --fix");
        bench.answer(TABLE, 1, "");
        finds(new FirewallChecks.Nat(), Status.FAIL, "doctor --fix");
        bench.write("usr/sbin/iptables", "").answer("iptables -w -t nat -S NOFEAR-NAT", 0, "-N NOFEAR-NAT\n");
        finds(new FirewallChecks.Nat(), Status.PASS, "");
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
    void the_taps_are_the_groups() throws IOException {
        User member = new User("alice", 1001, Set.of("nofear"), Set.of("nofear"), "/home/alice");
        finds(new NetworkChecks.Taps(), Status.FAIL, "doctor --fix");
        bench.write("sys/class/net/nofear0/tun_flags", "0x1002\n").write("sys/class/net/nofear0/group", "990\n");
        finds(new NetworkChecks.Taps(), Status.FAIL, "sudo usermod -aG nofear alice");
        bench.user(member);
        finds(new NetworkChecks.Taps(), Status.PASS, "");
        bench.write("sys/class/net/nofear0/group", "-1\n");
        finds(new NetworkChecks.Taps(), Status.FAIL, "doctor --fix");
    }

    @Test
    void taps_come_from_a_device_that_users_may_open() throws IOException {
        bench.installed("lkvm", "capability");
        finds(new NetworkChecks.Taps(), Status.PASS, "");
        bench.write(TUN, "", "rw-------");
        finds(new NetworkChecks.Taps(), Status.FAIL, "sudo chmod 666 /dev/net/tun");
        Files.delete(root.resolve(TUN));
        finds(new NetworkChecks.Taps(), Status.FAIL, "sudo modprobe tun");
    }

    @Test
    void dhcpcd_is_told_by_the_administrator() throws IOException {
        bench.installed("lkvm", "capability");
        finds(new NetworkChecks.Taps(), Status.PASS, "");
        bench.write("etc/dhcpcd.conf", "# denyinterfaces nofear*\n").write("usr/sbin/dhcpcd", "");
        finds(new NetworkChecks.Taps(), Status.WARN, "denyinterfaces nofear*");
        bench.answer("dhcpcd --version", 0, "dhcpcd 8.0.6\n");
        finds(new NetworkChecks.Taps(), Status.WARN, "denyinterfaces nofear*");
        bench.answer("dhcpcd --version", 0, "dhcpcd 8.1.0\n");
        finds(new NetworkChecks.Taps(), Status.PASS, "");
        bench.answer("dhcpcd --version", 0, "dhcpcd 7.1.0\n");
        bench.write("etc/dhcpcd.conf", "denyinterfaces veth* nofear*\n");
        finds(new NetworkChecks.Taps(), Status.PASS, "");
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
    }
}
