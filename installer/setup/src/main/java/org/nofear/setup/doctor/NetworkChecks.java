package org.nofear.setup.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.Ipv4Network;
import org.nofear.facts.ForwardingUsers;
import org.nofear.facts.ResolverFacts;
import org.nofear.facts.SysctlSettings;

/** The host's part of the guests' network, as everybody can see it. */
final class NetworkChecks {

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
                        .with("network", context.installed().network().id()));
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
                        ? lasting(context)
                        : Finding.fail(
                                "the kernel forwards no packets: guests reach nothing",
                                context.fixes().repair());
                List<String> others = ForwardingUsers.of(context.host());
                return finding.with("net.ipv4.ip_forward", on ? "1" : "0")
                        .with("for others", others(context.installed()))
                        .with("relied on by others", others.isEmpty() ? "no" : String.join(" ", others))
                        .with(
                                "uplinks",
                                String.join(
                                        " ", context.facts().network().routes().uplinks()));
            });
        }
    }

    /** Whether it will after the next boot as well. */
    private static Finding lasting(DoctorContext context) {
        return SysctlSettings.overruling(context.host(), ForwardingUsers.PARAMETER, "60-nofear.conf", "1")
                .map(setting -> Finding.warn(
                        "the kernel forwards packets, but " + setting.file() + " sets " + ForwardingUsers.PARAMETER
                                + " = " + setting.value() + " at boot, after NoFear's own file",
                        "sudoedit " + Fixes.word(setting.file())))
                .orElseGet(() -> Finding.pass("the kernel forwards packets"));
    }

    /** What of it is for the host's neighbours. */
    private static String others(Installed installed) {
        return installed.get(ConfigKey.FORWARD_OTHERS).filter("off"::equals).isPresent()
                ? "no: the host forwarded nothing before NoFear, so what its neighbours send on is dropped; is it to be a router,"
                        + " write \"forward.others = on\" into /etc/nofear/nofear.conf, and run: sudo nofear-setup install"
                : "yes, as it did before NoFear or as /etc/nofear/nofear.conf says";
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
