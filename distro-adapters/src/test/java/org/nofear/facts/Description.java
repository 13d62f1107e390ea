package org.nofear.facts;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.distro.KnownDefect;
import org.nofear.distro.OsRelease;
import org.nofear.distro.PackageManager;
import org.nofear.distro.PackageNeed;
import org.nofear.distro.Supply;

/** The facts of a host as words, one line a fact, as recordings' {@code expected.txt} have them. */
final class Description {

    private final Map<String, String> lines = new LinkedHashMap<>();

    private Description() {}

    static Map<String, String> of(HostFacts facts) {
        Description description = new Description();
        description.names(facts);
        description.layout(facts.layout());
        description.programs(facts);
        description.network(facts);
        for (PackageNeed need : PackageNeed.values()) {
            description.put("need " + need, supply(facts, need));
        }
        return description.lines;
    }

    private void names(HostFacts facts) {
        OsRelease release = facts.distribution().osRelease();
        put("id", release.id());
        put("family", facts.family().id());
        put("match", facts.distribution().match());
        put("release", facts.release());
        put("init", facts.init().id());
        put("package manager", facts.packageManager());
        put("add to group", facts.adapter().addToGroup("me", "kvm"));
        put("kernel sources", words(facts.adapter().kernelSources()));
        put(
                "defects",
                words(facts.adapter().defects(release).stream()
                        .map(KnownDefect::check)
                        .toList()));
    }

    private void layout(FilesystemLayout layout) {
        put("merged usr", layout.mergedUsr());
        put("read-only usr", layout.readOnlyUsr());
        put("shares", words(layout.shares()));
        put(
                "links",
                layout.links().stream()
                        .map(link -> link.path() + "->" + link.target())
                        .collect(Collectors.joining(" ")));
        put("mounts", words(layout.mounts().stream().map(Mount::point).toList()));
    }

    private void programs(HostFacts facts) {
        put("architecture", facts.architecture().id());
        put("qemu", facts.vmm().qemu().map(Description::qemu).orElse("none"));
        put(
                "xpra",
                facts.xpra()
                        .map(xpra -> xpra.version().map(Object::toString).orElse("broken"))
                        .orElse("none"));
    }

    private static String qemu(VmmFacts.Qemu qemu) {
        return qemu.path() + " " + qemu.version().map(Object::toString).orElse("?")
                + (qemu.microvm() ? " microvm" : "");
    }

    private void network(HostFacts facts) {
        FirewallFacts firewall = facts.firewall();
        put(
                "firewall",
                "nft=" + firewall.nft() + " iptables=" + firewall.iptables() + flag(firewall.firewalld(), " firewalld")
                        + flag(firewall.ufw(), " ufw") + flag(firewall.docker(), " docker"));
        ResolverFacts resolver = facts.network().resolver();
        put(
                "name servers",
                words(resolver.servers()) + " of " + resolver.source()
                        + resolver.stub().map(" behind "::concat).orElse(""));
        put("security", facts.security().selinux() + flag(facts.security().appArmor(), " AppArmor"));
    }

    private static String supply(HostFacts facts, PackageNeed need) {
        Supply supply = facts.adapter().supply(need, facts.distribution().osRelease());
        if (supply instanceof Supply.Packages packages) {
            Optional<?> command = facts.packageManager().installCommand(packages.names());
            String prefix =
                    facts.packageManager() == PackageManager.NONE || command.isPresent() ? "" : "no command for ";
            return prefix + words(packages.names());
        }
        return Arrays.stream(((Supply.Elsewhere) supply).advice().split(" "))
                .limit(6)
                .collect(Collectors.joining(" ", "(", " ...)"));
    }

    private static String flag(boolean set, String word) {
        return set ? word : "";
    }

    private static String words(Collection<String> words) {
        return String.join(" ", words);
    }

    private void put(String key, Object value) {
        lines.put(key, value.toString().strip());
    }
}
