package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.facts.DeviceNode;
import org.nofear.facts.ForwardingUsers;
import org.nofear.facts.Ipv4Network;
import org.nofear.facts.ResolverFacts;
import org.nofear.host.Command;
import org.nofear.host.Host;
import org.nofear.templates.InterfacePrefix;

/** The host's part of the guests' network, as everybody can see it. */
final class NetworkChecks {

    /** Whose members may use the taps and a capable lkvm. */
    private static final String GROUP = "nofear";

    private NetworkChecks() {}

    /** What is found without looking, where packets of guests do not pass through the host's kernel; empty where they do. */
    static Optional<Finding> unrouted(DoctorContext context, String what) {
        if (!context.live()) {
            return Optional.of(context.offline(what));
        }
        if (!context.installed().present()) {
            return Optional.of(context.notInstalled());
        }
        return context.installed().routed()
                ? Optional.empty()
                : Optional.of(Finding.pass("not needed")
                        .with("network", context.installed().network()));
    }

    /** Whether the kernel forwards packets. */
    static final class Forwarding implements Check {
        @Override
        public String id() {
            return "net.forwarding";
        }

        @Override
        public Finding run(DoctorContext context) {
            return unrouted(context, "forwarding").orElseGet(() -> {
                boolean on = context.facts().network().forwarding().orElse(false);
                Finding finding = on
                        ? Finding.pass("the kernel forwards packets")
                        : Finding.fail(
                                "the kernel forwards no packets: guests reach nothing",
                                context.fixes().repair());
                List<String> others = ForwardingUsers.of(context.host());
                return finding.with("net.ipv4.ip_forward", on ? "1" : "0")
                        .with("relied on by others", others.isEmpty() ? "no" : String.join(" ", others))
                        .with(
                                "uplinks",
                                String.join(
                                        " ", context.facts().network().routes().uplinks()));
            });
        }
    }

    /** Whether the interfaces for guests are there, for members of the group. */
    static final class Taps implements Check {

        private static final String INTERFACES = "/sys/class/net";
        private static final String DHCPCD = "/etc/dhcpcd.conf";
        private static final Pattern DHCPCD_VERSION = Pattern.compile("dhcpcd (\\d{1,4})\\.(\\d{1,4})");

        @Override
        public String id() {
            return "net.taps";
        }

        @Override
        public Finding run(DoctorContext context) {
            return unrouted(context, "network interfaces").orElseGet(() -> {
                Finding finding = device(context)
                        .or(() -> dhcpcd(context))
                        .orElseGet(() -> context.installed().network().equals("capability")
                                ? Finding.pass("not needed: each VM gets its own")
                                : pool(context));
                return finding.with("network", context.installed().network());
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
            String taps = InterfacePrefix.DEFAULT + "*";
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

        private static Finding pool(DoctorContext context) {
            Host host = context.host();
            List<String> taps = host.names(INTERFACES).stream()
                    .filter(name -> name.matches(InterfacePrefix.DEFAULT + "\\d+"))
                    .filter(name -> host.exists(INTERFACES + "/" + name + "/tun_flags"))
                    .toList();
            String number = groupNumber(host);
            List<String> foreign = taps.stream()
                    .filter(name -> !host.read(INTERFACES + "/" + name + "/group")
                            .map(String::strip)
                            .orElse("")
                            .equals(number))
                    .toList();
            return judge(context, taps, foreign).with("taps", taps.isEmpty() ? "none" : String.join(" ", taps));
        }

        private static Finding judge(DoctorContext context, List<String> taps, List<String> foreign) {
            User user = context.user();
            if (taps.isEmpty()) {
                return Finding.fail(
                        "the taps for guests are not there", context.fixes().repair());
            }
            if (!foreign.isEmpty()) {
                return Finding.fail(
                        "the group " + GROUP + " may not use " + String.join(" ", foreign),
                        context.fixes().repair());
            }
            if (user.root() || user.in(GROUP)) {
                return Finding.pass(taps.size() + " taps for the group " + GROUP);
            }
            return user.willBeIn(GROUP)
                    ? Finding.fail(
                            user.name() + " is in the group " + GROUP + " from the next login on", "newgrp " + GROUP)
                    : Finding.fail(
                            user.name() + " is not in the group " + GROUP,
                            context.fixes().join(user.name(), GROUP));
        }

        private static String groupNumber(Host host) {
            return host.read("/etc/group")
                    .orElse("")
                    .lines()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length > 2 && fields[0].equals(GROUP))
                    .map(fields -> fields[2])
                    .findFirst()
                    .orElse("no such group");
        }
    }

    /** Whether guests can be told a name server that they reach. */
    static final class Dns implements Check {
        @Override
        public String id() {
            return "net.dns";
        }

        @Override
        public Finding run(DoctorContext context) {
            if (!context.live()) {
                return context.offline("the name servers");
            }
            ResolverFacts resolver = context.facts().network().resolver();
            List<String> reachable = resolver.servers().stream()
                    .filter(server -> Ipv4Network.parse(server).isPresent())
                    .toList();
            Finding finding = reachable.isEmpty()
                    ? Finding.warn(
                            resolver.servers().isEmpty()
                                    ? "no name server that guests could reach: names do not resolve in guests"
                                    : "only name servers of IPv6, which guests do not have",
                            "add a line to /etc/resolv.conf: nameserver ADDRESS (of IPv4, not 127.0.0.1)")
                    : Finding.pass("guests ask " + String.join(" ", reachable));
            return Stream.concat(
                            resolver.stub().map(stub -> "a stub, " + stub + ", is seen through").stream(),
                            Stream.of(resolver.source()).filter(source -> !source.isEmpty()))
                    .reduce(
                            finding,
                            (found, text) -> found.with(text.startsWith("/") ? "from" : "stub", text),
                            (a, b) -> b);
        }
    }
}
