package org.nofear.setup.doctor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.GuestLink;
import org.nofear.facts.DeviceNode;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/** Whether the user's VMs get network interfaces, and how well those are guarded. */
final class TapsCheck implements Check {

    /** Whose members may run nofear-tap. */
    private static final String GROUP = "nofear";

    /** IFF_PERSIST of linux/if_tun.h. */
    private static final long PERSIST = 0x0800;

    private static final Duration DEADLINE = Duration.ofSeconds(15);
    /** IFF_UP of linux/if.h. */
    private static final int UP = 0x1;

    private static final String INTERFACES = "/sys/class/net";
    private static final String DHCPCD = "/etc/dhcpcd.conf";
    private static final Pattern DHCPCD_VERSION = Pattern.compile("dhcpcd (\\d{1,4})\\.(\\d{1,4})");

    @Override
    public String id() {
        return "net.taps";
    }

    @Override
    public List<String> dependsOn() {
        return List.of("vmm.capability", "net.nat");
    }

    @Override
    public Finding run(DoctorContext context) {
        return NetworkChecks.unrouted(context, "network interfaces").orElseGet(() -> {
            Finding finding = device(context)
                    .or(() -> leftOver(context))
                    .or(() -> down(context))
                    .or(() -> outsider(context))
                    .or(() -> dhcpcd(context))
                    .orElseGet(() -> probe(context));
            return finding.with("network", context.installed().network().id());
        });
    }

    /** What is wrong with the device that taps come from. udev opens it to all; there are hosts without udev. */
    private static Optional<Finding> device(DoctorContext context) {
        DeviceNode tun = context.facts().network().tun();
        if (!tun.present()) {
            return Optional.of(Finding.fail("there is no " + tun.path(), "sudo modprobe tun"));
        }
        User user = context.user();
        boolean self = user.uid() == context.host().os().effectiveUserId();
        boolean usable = tun.access().orElseThrow().mode().endsWith("rw-") || (self && tun.usable());
        return usable || user.root()
                ? Optional.empty()
                : Optional.of(Finding.fail(
                        user.name() + " may not use " + tun.path(),
                        "sudo chmod 666 " + tun.path() + " (at each boot; udev does it where it runs)"));
    }

    /**
     * dhcpcd has no directory for drop-ins, and its file is the administrator's. A guest that answers it on its tap would
     * give the host an address and a route. Since 8.1 it ignores taps by itself (upstream's commit 70b44b0e).
     */
    private static Optional<Finding> dhcpcd(DoctorContext context) {
        String taps = GuestLink.TAP_PREFIX + "*";
        return context.host()
                .read(DHCPCD)
                .filter(text -> context.host()
                        .program("dhcpcd")
                        .filter(program -> !ignoresTaps(context.host(), program))
                        .isPresent())
                .filter(text -> text.lines()
                        .map(String::strip)
                        .noneMatch(line -> line.startsWith("allowinterfaces")
                                || (line.startsWith("denyinterfaces") && line.contains(taps))))
                .map(text -> Finding.warn(
                        "dhcpcd would ask the guests for the host's address",
                        "echo 'denyinterfaces " + taps + "' | sudo tee -a " + DHCPCD
                                + " (and restart dhcpcd, if it runs)"));
    }

    private static boolean ignoresTaps(Host host, String dhcpcd) {
        try {
            Matcher version = DHCPCD_VERSION.matcher(
                    host.commands().run(Command.of(dhcpcd, "--version")).output());
            if (!version.lookingAt()) {
                return false;
            }
            int major = Integer.parseInt(version.group(1));
            return major > 8 || (major == 8 && Integer.parseInt(version.group(2)) >= 1);
        } catch (IOException notTold) {
            return false;
        }
    }

    /** Persistent interfaces that no VM has are of an older NoFear's pool, or of whoever got hold of one. */
    private static Optional<Finding> leftOver(DoctorContext context) {
        Host host = context.host();
        List<String> stale = host.names(INTERFACES).stream()
                .filter(name -> name.matches(GuestLink.TAP_PREFIX + "\\d+"))
                .filter(name -> persistent(
                        host.read(INTERFACES + "/" + name + "/tun_flags").orElse("0x0")))
                .filter(name -> !host.read(INTERFACES + "/" + name + "/carrier")
                        .map(String::strip)
                        .orElse("")
                        .equals("1"))
                .sorted()
                .toList();
        return stale.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.fail(
                        "interfaces are left over that no VM uses: " + String.join(" ", stale),
                        context.fixes().repair()));
    }

    /** The VM of such a one has no network. The script brings up what it knows as cut off, with what the kernel forgot of the guest. */
    private static Optional<Finding> down(DoctorContext context) {
        Host host = context.host();
        List<String> down = host.names(INTERFACES).stream()
                .filter(name -> name.matches(GuestLink.TAP_PREFIX + "\\d+"))
                .filter(name -> host.exists(INTERFACES + "/" + name + "/tun_flags"))
                .filter(name ->
                        !up(host.read(INTERFACES + "/" + name + "/flags").orElse("0x1")))
                .sorted()
                .toList();
        return down.stream()
                .findFirst()
                .map(first -> Finding.fail(
                        "interfaces of running VMs are down: " + String.join(" ", down),
                        "sudo ip link set dev " + first + " alias 'cut off by nofear-net stop' && sudo "
                                + context.layout().networkScript() + " start"));
    }

    private static boolean up(String flags) {
        String text = flags.strip();
        return !text.matches("0x[0-9a-fA-F]{1,8}") || (Long.decode(text) & UP) != 0;
    }

    private static boolean persistent(String flags) {
        String text = flags.strip();
        return text.matches("0x[0-9a-fA-F]{1,8}") && (Long.decode(text) & PERSIST) != 0;
    }

    private static Optional<Finding> outsider(DoctorContext context) {
        User user = context.user();
        if (user.root() || user.in(GROUP)) {
            return Optional.empty();
        }
        return Optional.of(
                user.willBeIn(GROUP)
                        ? Finding.fail(
                                user.name() + " is in the group " + GROUP + " from the next login on",
                                "newgrp " + GROUP)
                        : Finding.fail(
                                user.name() + " is not in the group " + GROUP,
                                context.fixes().join(user.name(), GROUP)));
    }

    /** nofear-tap makes an interface as it does for a VM, and says what of its guards this kernel has. */
    private static Finding probe(DoctorContext context) {
        String maker = context.layout().tapMaker();
        boolean self = context.user().uid() == context.host().os().effectiveUserId();
        if (!context.root() && !self) {
            return context.needsRoot("net.taps", "how the interfaces are guarded");
        }
        try {
            CommandResult made = context.host()
                    .commands()
                    .run(Command.of(context.host().path(maker).toString(), "probe")
                            .withDeadline(DEADLINE));
            return made.succeeded()
                    ? guards(context, made)
                    : Finding.fail(
                            "no interface for a VM: "
                                    + made.error().lines().findFirst().orElse("status " + made.status()),
                            context.fixes().repair());
        } catch (IOException refused) {
            return Finding.fail(
                    maker + " does not run: " + refused.getMessage(),
                    context.fixes().install("--network user"));
        }
    }

    private static Finding guards(DoctorContext context, CommandResult made) {
        Set<String> off = made.lines().stream()
                .map(line -> line.split("=", 2))
                .filter(pair -> pair.length == 2 && pair[1].strip().equals("off"))
                .map(pair -> pair[0].strip())
                .collect(Collectors.toSet());
        // Without nft there is no gate; net.nat says so.
        boolean iptables = context.installed()
                .get(ConfigKey.FIREWALL)
                .filter("iptables"::equals)
                .isPresent();
        List<Guard> missing = Stream.of(Guard.values())
                .filter(guard -> off.contains(guard.id()))
                .filter(guard -> guard != Guard.GATE || !iptables)
                .toList();
        if (missing.isEmpty()) {
            return Finding.pass("each VM gets an interface of its own");
        }
        return Finding.warn(
                missing.stream().map(Guard::open).collect(Collectors.joining("; ")),
                "take a kernel with " + missing.stream().map(Guard::kernel).collect(Collectors.joining(" and ")));
    }

    /** What guards an interface, and what is open without it. */
    private enum Guard {
        FILTER("guests' ARP and IPv6 reach this host's kernel", "CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_BPF"),
        GATE("a flush of the firewall's rules opens this host to guests that run", "CONFIG_NF_TABLES_NETDEV"),
        CONNTRACK("a VM may get what still comes for the one before it", "CONFIG_NF_CT_NETLINK");

        private final String open;
        private final String kernel;

        Guard(String open, String kernel) {
            this.open = open;
            this.kernel = kernel;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        String open() {
            return open;
        }

        String kernel() {
            return kernel;
        }
    }
}
