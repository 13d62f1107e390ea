package org.nofear.setup.describe;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.GuestSubnet;
import org.nofear.contract.Ipv4Network;
import org.nofear.contract.NetworkMode;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.DeviceNode;
import org.nofear.facts.FirewallFacts;
import org.nofear.facts.ForwardingUsers;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Before;
import org.nofear.setup.snapshot.Snapshot;

/**
 * How guests reach the network.
 *
 * @param mode the way
 * @param why it is not the best, where nobody asked for it
 * @param nft whether nftables says what guests reach, rather than iptables
 * @param othersForwarded whether the host is a router for others too
 * @param subnet of all guests
 */
record NetworkChoice(NetworkMode mode, Optional<String> why, boolean nft, boolean othersForwarded, GuestSubnet subnet) {

    private static final int NET_ADMIN = 12;
    private static final Pattern READ_ONLY = Pattern.compile("(?m)^\\S+ /proc/sys(/net)? \\S+ (\\S+,)?ro(,|\\s)");
    private static final Pattern BOUNDING = Pattern.compile("(?m)^CapBnd:\\s*([0-9a-fA-F]{1,16})$");

    /** Taps, and those that lkvm once made. */
    private static final Pattern OURS = Pattern.compile("(nofear|tap)[0-9]+");

    /**
     * Decides.
     *
     * @param before what was there before install changed it
     * @throws UserError when what is asked for cannot be had on this host
     */
    static NetworkChoice of(Host host, HostFacts facts, Before before, InstallOptions options, Layout layout) {
        ConfigFile said = administrators(host);
        Optional<String> obstacle = obstacle(host, facts);
        NetworkMode mode = options.network()
                .map(asked -> asked == NetworkMode.TAP ? asked(host, facts) : asked)
                .orElse(obstacle.isEmpty() ? NetworkMode.TAP : NetworkMode.USER);
        return new NetworkChoice(
                mode,
                options.network().isPresent() ? Optional.empty() : obstacle,
                nft(facts.firewall()),
                othersForwarded(said, host, facts, before),
                subnet(said, host, facts, layout));
    }

    /** As launch.conf has it. */
    String id() {
        return mode.id();
    }

    /** Whether the host forwards the guests' packets. */
    boolean routed() {
        return mode == NetworkMode.TAP;
    }

    /** Who says what guests reach, as launch.conf has it. */
    String firewall() {
        return nft ? "nft" : "iptables";
    }

    private static NetworkMode asked(Host host, HostFacts facts) {
        if (!mayConfigure(host)) {
            throw new UserError(
                    ExitCode.FAILED,
                    "--network tap needs cap_net_admin, which this container does not have",
                    "give it to the container, or take --network user");
        }
        if (!mayForward(host, facts)) {
            throw new UserError(
                    ExitCode.FAILED,
                    "--network tap needs net.ipv4.ip_forward = 1, and /proc/sys is read-only here",
                    "set it from outside the container, or take --network user");
        }
        return NetworkMode.TAP;
    }

    /** What stands in the way of a tap, in a few words. Who runs nofear-tap opens the tun device (udev's default is that all may). */
    private static Optional<String> obstacle(Host host, HostFacts facts) {
        DeviceNode tun = facts.network().tun();
        boolean open = tun.access()
                .map(DeviceNode.Access::mode)
                .filter("rw-rw-rw-"::equals)
                .isPresent();
        if (host.live() && !open) {
            return Optional.of(tun.present() ? tun.path() + " is not open to users" : "there is no " + tun.path());
        }
        if (!mayConfigure(host)) {
            return Optional.of("this container has no cap_net_admin");
        }
        if (!mayForward(host, facts)) {
            return Optional.of("forwarding is off, and /proc/sys is read-only");
        }
        if (Stream.of(PackageNeed.NFT, PackageNeed.IPTABLES).noneMatch(need -> Needs.obtainable(host, facts, need))) {
            return Optional.of("there is no packet filter");
        }
        return Needs.obtainable(host, facts, PackageNeed.IPROUTE)
                ? Optional.empty()
                : Optional.of("there is no command ip");
    }

    /** A file's capability that the container was not given would let nobody run the program. */
    private static boolean mayConfigure(Host host) {
        Matcher bounding = BOUNDING.matcher(host.read("/proc/self/status").orElse(""));
        return !host.live()
                || !bounding.find()
                || (Long.parseUnsignedLong(bounding.group(1), 16) >> NET_ADMIN & 1) == 1;
    }

    private static boolean mayForward(Host host, HostFacts facts) {
        return !host.live()
                || facts.network().forwarding().orElse(false)
                || !READ_ONLY.matcher(host.read("/proc/self/mounts").orElse("")).find();
    }

    private static boolean nft(FirewallFacts firewall) {
        boolean usable = firewall.nft() == FirewallFacts.Nft.USABLE || firewall.nft() == FirewallFacts.Nft.PRESENT;
        return usable || firewall.iptables() == FirewallFacts.IptablesBackend.ABSENT;
    }

    /** What the administrator says; else what was so before NoFear made the host forward. */
    private static boolean othersForwarded(ConfigFile administrators, Host host, HostFacts facts, Before before) {
        return administrators
                .get(ConfigKey.FORWARD_OTHERS)
                .map("on"::equals)
                .or(() -> before.at("sysctl:" + ForwardingUsers.PARAMETER).map(Snapshot.Value.of("1")::equals))
                .or(() -> facts.network().forwarding())
                .orElseGet(() -> !ForwardingUsers.of(host).isEmpty());
    }

    /**
     * What the administrator says; else the one that is in use already, unless somebody else has come to use it; else one that nobody uses. Where nothing is
     * free, the first pool is taken: the guests' own network is better than none.
     */
    private static GuestSubnet subnet(ConfigFile administrators, Host host, HostFacts facts, Layout layout) {
        Optional<String> said = administrators.get(ConfigKey.SUBNET);
        if (said.isPresent()) {
            return GuestSubnet.parse(said.get())
                    .orElseThrow(() -> new UserError(
                            ExitCode.FAILED,
                            ConfigFile.ADMIN + ": the subnet of all VMs is a network like " + GuestSubnet.DEFAULT
                                    + ", not " + said.get()));
        }
        return host.read(layout.launchConfig())
                .flatMap(text -> ConfigFile.parse(text).get(ConfigKey.SUBNET))
                .flatMap(GuestSubnet::parse)
                .filter(recorded -> !usedByOthers(facts, recorded.network()))
                .or(() -> facts.network().freePool().flatMap(GuestSubnet::of))
                .orElse(GuestSubnet.DEFAULT);
    }

    /**
     * What the administrator says.
     *
     * @throws UserError when a line of it says nothing that anybody understands
     */
    private static ConfigFile administrators(Host host) {
        ConfigFile file = ConfigFile.parse(host.read(ConfigFile.ADMIN).orElse(""));
        file.faults().stream().findFirst().ifPresent(fault -> {
            throw new UserError(ExitCode.FAILED, fault.in(ConfigFile.ADMIN), "put it right; see nofear.conf(5)");
        });
        return file;
    }

    private static boolean usedByOthers(HostFacts facts, Ipv4Network network) {
        return facts.network().routes().routes().stream()
                .filter(route -> route.destination().prefix() > 0
                        && !OURS.matcher(route.device()).matches())
                .anyMatch(route -> route.destination().overlaps(network));
    }
}
