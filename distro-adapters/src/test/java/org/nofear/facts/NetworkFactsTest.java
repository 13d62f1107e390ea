package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nofear.contract.Ipv4Network;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class NetworkFactsTest {

    /** 192.168.0.0/24 by wlan0, 10.177.0.0/16 by a VPN, the default by both, an unreachable net. */
    private static final String ROUTES = """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
            tun0\t00000000\t00000000\t0001\t0\t0\t700\t00000000\t0\t0\t0
            *\t00000000\t00000000\t0201\t0\t0\t800\t00000000\t0\t0\t0
            tun0\t0000B10A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
            wlan0\t0000A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0
            """;

    @Test
    void routesAreReadInTheKernelsByteOrder() {
        RouteTable routes = RouteTable.parse(ROUTES);
        assertThat(routes.routes())
                .extracting(route -> route.device() + " " + route.destination())
                .containsExactly(
                        "wlan0 0.0.0.0/0",
                        "tun0 0.0.0.0/0",
                        "* 0.0.0.0/0",
                        "tun0 10.177.0.0/16",
                        "wlan0 192.168.0.0/24");
        assertThat(routes.uplinks()).containsExactly("wlan0", "tun0");
    }

    @Test
    void thePoolIsOneThatNoRouteAndNoNameServerUses() {
        assertThat(RouteTable.parse("").freePool(List.of()))
                .map(Object::toString)
                .contains("10.177.33.0/24");
        assertThat(RouteTable.parse(ROUTES).freePool(List.of()))
                .map(Object::toString)
                .contains("10.178.33.0/24");
        assertThat(RouteTable.parse(ROUTES).freePool(List.of("10.178.33.1", "fd00::1")))
                .map(Object::toString)
                .contains("10.213.77.0/24");
        RouteTable everything = new RouteTable(List.of(
                new RouteTable.Route("tun0", Ipv4Network.parse("0.0.0.0/1").orElseThrow()),
                new RouteTable.Route("tun0", Ipv4Network.parse("128.0.0.0/1").orElseThrow())));
        assertThat(everything.freePool(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.177.33.7/24, 10.177.33.0/24",
        "192.0.2.1, 192.0.2.1/32",
        "255.255.255.255/0, 0.0.0.0/0",
        "256.0.0.1, ",
        "1.2.3, ",
        "1.2.3.4/33, ",
        "1.2.3.4 , 1.2.3.4/32",
    })
    void networksAreReadOrNot(String text, String network) {
        assertThat(Ipv4Network.parse(text).map(Ipv4Network::toString).orElse(null))
                .isEqualTo(network);
    }

    @Test
    void networksOverlapWhenOneHoldsTheOther() {
        Ipv4Network wide = Ipv4Network.parse("10.0.0.0/8").orElseThrow();
        Ipv4Network narrow = Ipv4Network.parse("10.177.33.0/24").orElseThrow();
        Ipv4Network other = Ipv4Network.parse("10.177.34.0/24").orElseThrow();
        assertThat(wide.overlaps(narrow)).isTrue();
        assertThat(narrow.overlaps(wide)).isTrue();
        assertThat(narrow.overlaps(other)).isFalse();
    }

    @Test
    void aStubIsSeenThrough() throws IOException {
        assertThat(resolver("""
                file /etc/resolv.conf
                | nameserver 127.0.0.53
                | nameserver ::1
                | search a.example
                | search b.example c.example
                file /run/systemd/resolve/resolv.conf
                | nameserver 192.0.2.1
                | nameserver fe80::1%eth0
                | nameserver 2001:db8::1
                | nameserver 192.0.2.1
                """)).satisfies(facts -> {
            assertThat(facts.servers()).containsExactly("192.0.2.1", "2001:db8::1");
            assertThat(facts.stub()).contains("127.0.0.53");
            assertThat(facts.search()).containsExactly("b.example", "c.example");
        });
    }

    @Test
    void aServerBesideTheStubIsTaken() throws IOException {
        assertThat(resolver("""
                file /etc/resolv.conf
                | # made by hand
                | nameserver 127.0.1.1
                | nameserver 192.0.2.7
                | nameserver not.an.address
                """).servers()).containsExactly("192.0.2.7");
    }

    @Test
    void networkManagersFileComesAfterResolveds() throws IOException {
        assertThat(resolver("""
                file /etc/resolv.conf
                | nameserver 127.0.0.1
                file /run/NetworkManager/no-stub-resolv.conf
                | nameserver 192.0.2.9
                """).source()).isEqualTo("/run/NetworkManager/no-stub-resolv.conf");
    }

    @Test
    void dockersBridgeAndTheAdministratorsFileRelyOnForwardingAndNoFearsOwnDoNot() throws IOException {
        assertThat(forwardingUsers("""
                file /etc/sysctl.d/60-nofear.conf
                | net.ipv4.ip_forward = 1
                file /etc/sysctl.conf
                | #net.ipv4.ip_forward=1
                | net.ipv4.ip_forward=0
                file /sys/class/net/eth0/mtu
                | 1500
                file /sys/class/net/nofear0/mtu
                | 1500
                """)).isEmpty();
        assertThat(forwardingUsers("""
                file /etc/sysctl.d/99-router.conf
                | -net.ipv4.conf.all.forwarding = 1
                file /usr/lib/sysctl.d/50-other.conf
                | net.ipv4.ip_forward_use_pmtu = 1
                file /sys/class/net/docker0/mtu
                | 1500
                file /sys/class/net/br-0123456789ab/mtu
                | 1500
                file /sys/class/net/br-lan/mtu
                | 1500
                """)).containsExactly("/etc/sysctl.d/99-router.conf", "br-0123456789ab", "docker0");
    }

    /** Whatever its name: what is up and no hardware is somebody's, but for what the host goes out by. */
    @Test
    void interfacesOfNoHardwareAreOthers() throws IOException {
        assertThat(forwardingUsers("""
                file /sys/class/net/lo/flags
                | 0x9
                file /sys/class/net/eth0/flags
                | 0x1003
                file /sys/class/net/eth0/device/vendor
                | 1
                file /sys/class/net/lab-net/flags
                | 0x1003
                file /sys/class/net/tunl0/flags
                | 0x80
                file /sys/class/net/host0/flags
                | 0x1003
                file /sys/class/net/nofear3/flags
                | 0x1003
                file /proc/net/route
                | Iface\tDestination\tGateway
                | host0\t00000000\t0102A8C0
                file /etc/systemd/network/50-lab.network
                | [Network]
                | IPMasquerade=ipv4
                file /etc/systemd/network/60-nofear.network
                | IPForward=yes
                """)).containsExactly("/etc/systemd/network/50-lab.network", "lab-net");
    }

    @Test
    void tablesOfOthersThatMasqueradeAreOthers() {
        assertThat(ForwardingUsers.masquerading("""
                table inet nofear {
                \tchain postrouting {
                \t\tip saddr @guests oifname != "nofear*" masquerade
                \t}
                }
                table ip nat {
                \tchain NOFEAR-NAT {
                \t\tcounter masquerade
                \t}
                }
                table ip lab {
                \tchain out {
                \t\toifname "eth0" snat to 192.0.2.1
                \t}
                }
                """)).containsExactly("the firewall's table ip lab");
    }

    /** As systemd-sysctl reads them: by name, and of one name the first directory's. */
    @Test
    void aLaterFileHasTheLastWord() throws IOException {
        String ours = "/etc/sysctl.d/60-nofear.conf";
        assertThat(overruling("""
                file /etc/sysctl.d/60-nofear.conf
                | net.ipv4.ip_forward = 1
                file /usr/lib/sysctl.d/50-default.conf
                | net.ipv4.ip_forward = 0
                """, ours)).isEmpty();
        assertThat(overruling("""
                file /etc/sysctl.d/60-nofear.conf
                | net.ipv4.ip_forward = 1
                file /usr/lib/sysctl.d/99-hard.conf
                | net/ipv4/ip_forward=0
                """, ours)).contains(new SysctlSettings.Setting("/usr/lib/sysctl.d/99-hard.conf", "0"));
        assertThat(overruling("""
                file /etc/sysctl.d/99-hard.conf
                | # the administrator's, in the place of the other
                file /usr/lib/sysctl.d/99-hard.conf
                | net.ipv4.ip_forward=0
                """, ours)).isEmpty();
        assertThat(overruling("""
                file /etc/sysctl.conf
                | net.ipv4.ip_forward=0
                """, ours)).isPresent();
    }

    private static Optional<SysctlSettings.Setting> overruling(String tree, String ours) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return SysctlSettings.overruling(laidOut.host(), ForwardingUsers.PARAMETER, ours, "1");
        }
    }

    private static List<String> forwardingUsers(String tree) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return ForwardingUsers.of(laidOut.host());
        }
    }

    private static ResolverFacts resolver(String tree) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return ResolverFacts.detect(laidOut.host());
        }
    }
}
