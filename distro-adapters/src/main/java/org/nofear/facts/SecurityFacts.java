package org.nofear.facts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.nofear.host.Host;

/**
 * The kernel's mandatory access control.
 *
 * @param selinux how SELinux is set
 * @param appArmor whether AppArmor is on and can be talked to: its interface is in securityfs, which not everything that boots
 *     mounts (a container, an initramfs, a system without systemd)
 * @param modules the security modules in force, in their order; empty where the kernel does not tell
 */
public record SecurityFacts(SeLinux selinux, boolean appArmor, List<String> modules) {

    private static final Pattern COMMA = Pattern.compile(",");

    /** How SELinux is set. */
    public enum SeLinux {
        ABSENT,
        DISABLED,
        PERMISSIVE,
        ENFORCING
    }

    public SecurityFacts {
        modules = List.copyOf(modules);
    }

    static SecurityFacts detect(Host host) {
        List<String> modules = host.read("/sys/kernel/security/lsm").stream()
                .flatMap(text -> COMMA.splitAsStream(text.strip()))
                .filter(name -> !name.isEmpty())
                .toList();
        return new SecurityFacts(
                selinux(host.read("/sys/fs/selinux/enforce"), host.read("/etc/selinux/config"), host.live()),
                host.exists("/sys/kernel/security/apparmor")
                        && host.read("/sys/module/apparmor/parameters/enabled")
                                .map(KvmFacts::enabled)
                                .orElse(false),
                modules);
    }

    /** What is in force where the kernel tells; of an offline tree what is configured. */
    static SeLinux selinux(Optional<String> enforce, Optional<String> config, boolean live) {
        if (enforce.isPresent()) {
            return enforce.get().strip().equals("1") ? SeLinux.ENFORCING : SeLinux.PERMISSIVE;
        }
        if (config.isEmpty()) {
            return SeLinux.ABSENT;
        }
        String mode = config.get()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("SELINUX="))
                .map(line -> line.substring("SELINUX=".length()).strip().toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("disabled");
        if (live) {
            return SeLinux.DISABLED;
        }
        return switch (mode) {
            case "enforcing" -> SeLinux.ENFORCING;
            case "permissive" -> SeLinux.PERMISSIVE;
            default -> SeLinux.DISABLED;
        };
    }
}
