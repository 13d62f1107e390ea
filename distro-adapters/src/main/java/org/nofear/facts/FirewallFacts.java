package org.nofear.facts;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Command;
import org.nofear.host.Host;

/**
 * The packet filters of a host.
 *
 * @param nft whether {@code nft} is there and works
 * @param iptables which kernel interface {@code iptables} uses
 * @param legacyTables whether the kernel holds tables of iptables-legacy, which count beside nft's; false where only root could see
 * @param firewalld whether firewalld runs
 * @param ufw whether ufw is enabled
 * @param docker whether Docker's daemon is installed or running
 */
public record FirewallFacts(
        Nft nft, IptablesBackend iptables, boolean legacyTables, boolean firewalld, boolean ufw, boolean docker) {

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** Whether nft works. */
    public enum Nft {
        ABSENT,
        /** It is there and the kernel or a missing privilege refused it. */
        REFUSED,
        /** It is there; only root can tell more, or the tree is offline. */
        PRESENT,
        USABLE
    }

    /** What the command iptables is. */
    public enum IptablesBackend {
        ABSENT,
        NFT,
        LEGACY,
        UNKNOWN
    }

    /** Runs {@code nft list tables} (about 10 ms) as root on a live host. */
    static FirewallFacts detect(Host host) {
        return new FirewallFacts(
                nft(host),
                backend(host.program("iptables").flatMap(host::realPath)),
                host.read("/proc/net/ip_tables_names")
                        .filter(names -> !names.isBlank())
                        .isPresent(),
                firewalldRuns(host),
                ufwEnabled(host.read("/etc/ufw/ufw.conf").orElse("")),
                host.program("dockerd").isPresent()
                        || host.exists("/run/docker.sock")
                        || host.exists("/sys/class/net/docker0"));
    }

    private static Nft nft(Host host) {
        Optional<String> program = host.program("nft");
        if (program.isEmpty()) {
            return Nft.ABSENT;
        }
        if (!host.answers() || host.os().effectiveUserId() != 0) {
            return Nft.PRESENT;
        }
        try {
            boolean works = host.commands()
                    .run(Command.of(program.get(), "list", "tables").withDeadline(DEADLINE))
                    .succeeded();
            return works ? Nft.USABLE : Nft.REFUSED;
        } catch (IOException broken) {
            return Nft.REFUSED;
        }
    }

    /** By the file behind the command: xtables-nft-multi or xtables-legacy-multi. */
    static IptablesBackend backend(Optional<String> iptables) {
        if (iptables.isEmpty()) {
            return IptablesBackend.ABSENT;
        }
        String file = iptables.get();
        if (file.endsWith("nft-multi") || file.endsWith("-nft")) {
            return IptablesBackend.NFT;
        }
        return file.endsWith("legacy-multi") || file.endsWith("-legacy") || file.endsWith("xtables-multi")
                ? IptablesBackend.LEGACY
                : IptablesBackend.UNKNOWN;
    }

    /** A service's cgroup is there while it runs (cgroup 2, then the older layout); OpenRC marks what it started. */
    private static boolean firewalldRuns(Host host) {
        return Stream.of(
                        "/sys/fs/cgroup/system.slice/firewalld.service",
                        "/sys/fs/cgroup/systemd/system.slice/firewalld.service",
                        "/run/openrc/started/firewalld",
                        "/run/firewalld.pid")
                .anyMatch(host::exists);
    }

    static boolean ufwEnabled(String configuration) {
        return configuration.lines().map(String::strip).anyMatch(line -> line.equalsIgnoreCase("ENABLED=yes"));
    }
}
