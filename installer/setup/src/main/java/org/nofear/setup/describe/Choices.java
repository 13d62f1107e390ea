package org.nofear.setup.describe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.Architecture;
import org.nofear.facts.DeviceNode;
import org.nofear.facts.HostFacts;
import org.nofear.facts.Ipv4Network;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.boot.VmmKind;
import org.nofear.templates.Cidr;

/**
 * What install decides from what was found and what was asked for, before anything is described.
 *
 * @param lkvm where lkvm comes from
 * @param candidates the VMMs to boot the guest with, best first
 * @param network how guests reach the network
 * @param subnet of all guests
 */
record Choices(LkvmChoice lkvm, List<VmmKind> candidates, GuestNetwork network, Cidr subnet) {

    private static final Pattern SUBNET = Pattern.compile("\\s*subnet\\s*=\\s*(\\S+)\\s*");
    private static final String ADMIN = "/etc/nofear/nofear.conf";
    private static final int LARGEST_SUBNET = 8;
    private static final int SMALLEST_SUBNET = 29;

    /** Taps of the pool, and those that lkvm makes. */
    private static final Pattern OURS = Pattern.compile("(nofear|tap)[0-9]+");

    Choices {
        candidates = List.copyOf(candidates);
    }

    /** How guests reach the network, under the launcher's names. */
    enum GuestNetwork {
        /** lkvm makes its tap. */
        CAPABILITY,
        /** Taps made at boot. */
        TAP_POOL,
        /** The VMM's own user-mode network. */
        USER,
        NONE;

        /** As launch.conf has it. */
        String id() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** Whether the host forwards the guests' packets. */
        boolean routed() {
            return this == CAPABILITY || this == TAP_POOL;
        }
    }

    /**
     * Decides.
     *
     * @throws UserError when what is asked for cannot be had on this host
     */
    static Choices of(Host host, HostFacts facts, InstallOptions options, Layout layout) {
        boolean untold = facts.architecture() == Architecture.UNKNOWN && !host.live();
        if (facts.architecture() != Architecture.X86_64 && !untold) {
            throw new UserError(
                    ExitCode.FAILED,
                    "NoFear runs on x86_64, and this host is "
                            + facts.architecture().id());
        }
        LkvmChoice lkvm = LkvmChoice.of(host, facts, options);
        return new Choices(
                lkvm,
                candidates(facts, options, lkvm),
                network(host, facts, options, lkvm),
                subnet(host, facts, layout));
    }

    private static List<VmmKind> candidates(HostFacts facts, InstallOptions options, LkvmChoice lkvm) {
        List<VmmKind> candidates = new ArrayList<>();
        boolean kvm = facts.kvm().device().present();
        if (!(lkvm instanceof LkvmChoice.None) && kvm) {
            candidates.add(VmmKind.LKVM);
        }
        if (options.vmm() != InstallOptions.Vmm.LKVM) {
            if (kvm) {
                candidates.add(VmmKind.QEMU_KVM);
            }
            candidates.add(VmmKind.QEMU_TCG);
        }
        return candidates;
    }

    private static GuestNetwork network(Host host, HostFacts facts, InstallOptions options, LkvmChoice lkvm) {
        boolean hasLkvm = !(lkvm instanceof LkvmChoice.None);
        if (options.network().isPresent()) {
            return switch (options.network().get()) {
                case CAPABILITY -> {
                    if (!hasLkvm) {
                        throw new UserError(
                                ExitCode.FAILED,
                                "--network capability is lkvm's, and there is no lkvm",
                                "give one with --lkvm or --kvmtool-source, or take --network tap-pool");
                    }
                    yield GuestNetwork.CAPABILITY;
                }
                case TAP_POOL -> GuestNetwork.TAP_POOL;
                case NONE -> GuestNetwork.NONE;
            };
        }
        if (hasLkvm) {
            return GuestNetwork.CAPABILITY;
        }
        return canRoute(host, facts) ? GuestNetwork.TAP_POOL : GuestNetwork.USER;
    }

    /** A pool of taps is of use where any user may open the tun device (udev's default) and a packet filter can be had. */
    private static boolean canRoute(Host host, HostFacts facts) {
        boolean open = !host.live()
                || facts.network()
                        .tun()
                        .access()
                        .map(DeviceNode.Access::mode)
                        .filter("rw-rw-rw-"::equals)
                        .isPresent();
        boolean filter =
                Stream.of(PackageNeed.NFT, PackageNeed.IPTABLES).anyMatch(need -> Needs.obtainable(host, facts, need));
        return open && filter && Needs.obtainable(host, facts, PackageNeed.IPROUTE);
    }

    /**
     * What the administrator says; else the one that is in use already, unless somebody else has come to use it; else one that nobody uses. Where nothing is
     * free, the first pool is taken: the guests' own network is better than none.
     */
    private static Cidr subnet(Host host, HostFacts facts, Layout layout) {
        Optional<String> said = setting(host, ADMIN);
        if (said.isPresent()) {
            return Ipv4Network.parse(said.get())
                    .filter(network -> network.prefix() >= LARGEST_SUBNET && network.prefix() <= SMALLEST_SUBNET)
                    .map(network -> Cidr.of(network.toString()))
                    .orElseThrow(() -> new UserError(
                            ExitCode.FAILED,
                            ADMIN + ": the subnet of all VMs is a network like 10.177.33.0/24, not " + said.get()));
        }
        Optional<Ipv4Network> recorded = setting(host, layout.launchConfig()).flatMap(Ipv4Network::parse);
        return Cidr.of(recorded.filter(network -> !usedByOthers(facts, network))
                .or(() -> facts.network().freePool())
                .map(Ipv4Network::toString)
                .orElse("10.177.33.0/24"));
    }

    private static Optional<String> setting(Host host, String file) {
        return host.read(file).stream()
                .flatMap(String::lines)
                .map(SUBNET::matcher)
                .filter(Matcher::matches)
                .map(line -> line.group(1))
                .findFirst();
    }

    private static boolean usedByOthers(HostFacts facts, Ipv4Network network) {
        return facts.network().routes().routes().stream()
                .filter(route -> route.destination().prefix() > 0
                        && !OURS.matcher(route.device()).matches())
                .anyMatch(route -> route.destination().overlaps(network));
    }

    /** Where lkvm is going to be; empty where there is none. */
    Optional<Path> lkvmPath(Layout layout) {
        return lkvm instanceof LkvmChoice.None ? Optional.empty() : Optional.of(Path.of(layout.lkvm()));
    }
}
