package org.nofear.setup.bundle;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.setup.describe.Layout;

/**
 * What a bug report needs, as one text: whoever sends it can read it first.
 *
 * @param host that it is about
 * @param layout of the installation
 * @param redaction of all of it
 */
public record Bundle(Host host, Layout layout, Redaction redaction) {

    private static final String LOG = "/var/cache/nofear/log/setup.log";
    private static final int LOG_LINES = 2000;

    /** What shares and profiles live on; the mount points of a person's own disks are not asked about. */
    private static final Set<String> MOUNT_POINTS = Set.of(
            "/", "/usr", "/etc", "/home", "/opt", "/var", "/tmp", "/run", "/dev", "/dev/shm", "/proc", "/sys", "/boot");

    private static final List<String> PACKAGES = List.of(
            "nofear",
            "qemu-system-x86",
            "qemu-system-x86-core",
            "qemu-kvm-core",
            "qemu-base",
            "kvmtool",
            "xpra",
            "xpra-server",
            "nftables",
            "iptables",
            "iproute2",
            "iproute",
            "e2fsprogs",
            "pulseaudio",
            "pipewire",
            "apparmor",
            "firewalld",
            "ufw");

    /**
     * The text.
     *
     * @param doctor what doctor found, as JSON
     * @param version of NoFear
     */
    public String text(String doctor, String version) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("nofear-setup", version + ", Java " + Runtime.version());
        parts.put("doctor", doctor);
        parts.put("os-release", read("/etc/os-release"));
        parts.put("kernel", read("/proc/version"));
        parts.put("processor", processor());
        parts.put("mounts", mounts());
        parts.put("packages", packages());
        for (String file :
                List.of(layout.options(), layout.launchConfig(), layout.vmmConfig(), "/etc/nofear/nofear.conf")) {
            parts.put(file, read(file));
        }
        parts.put(LOG, last(read(LOG)));
        return "What \"nofear-setup doctor --bundle\" saw. Names and addresses are taken out; read it before you send it.\n"
                + parts.entrySet().stream()
                        .map(part -> "\n== " + part.getKey() + "\n"
                                + redaction.of(part.getValue()).strip() + "\n")
                        .collect(Collectors.joining());
    }

    private String read(String file) {
        return host.read(file).orElse(host.exists(file) ? "(not readable: run it with sudo)" : "(there is none)");
    }

    private static String last(String log) {
        List<String> lines = log.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    /** The first processor, without what changes by the second. */
    private String processor() {
        return read("/proc/cpuinfo")
                .lines()
                .takeWhile(line -> !line.isBlank())
                .filter(line ->
                        line.matches("(vendor_id|cpu family|model|model name|stepping|microcode|flags|bugs)\\s*:.*"))
                .collect(Collectors.joining("\n"));
    }

    private String mounts() {
        return read("/proc/self/mounts")
                .lines()
                .map(line -> line.split(" "))
                .filter(words -> words.length > 2 && MOUNT_POINTS.contains(words[1]))
                .map(words -> words[1] + " " + words[2])
                .collect(Collectors.joining("\n"));
    }

    private String packages() {
        if (!host.live()) {
            return "(an offline tree)";
        }
        List<String> query = host.program("dpkg-query").isPresent()
                ? List.of("dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Abbrev}\\n")
                : host.program("rpm").isPresent() ? List.of("rpm", "-q") : List.of();
        if (query.isEmpty()) {
            return "(neither dpkg nor rpm)";
        }
        List<String> argv = new java.util.ArrayList<>(query);
        argv.addAll(PACKAGES);
        try {
            CommandResult result = host.commands().run(Command.of(argv));
            return result.output()
                    .lines()
                    .filter(line -> !line.contains("not installed"))
                    .collect(Collectors.joining("\n"));
        } catch (IOException absent) {
            return "(not told: " + absent.getMessage() + ")";
        }
    }
}
