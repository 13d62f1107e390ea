package org.nofear.facts;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nofear.contract.SharedDirectories;
import org.nofear.host.Host;

/**
 * How a host lays out what guests share.
 *
 * @param shared what guests see of it
 * @param links further links that programs need: {@code /usr/local} of Silverblue, {@code /run/current-system} of NixOS and Guix
 *     and the like
 * @param mounts file systems mounted below a shared directory, each a device of its own
 * @param readOnlyUsr whether {@code /usr} is mounted read-only
 */
public record FilesystemLayout(
        SharedDirectories shared, List<SharedDirectories.Link> links, List<Mount> mounts, boolean readOnlyUsr) {

    private static final List<String> LINKS = List.of(
            "/usr/local",
            "/run/current-system",
            "/run/booted-system",
            "/run/opengl-driver",
            "/run/opengl-driver-32",
            "/etc/static");

    private static final Set<String> MERGED = Set.of("/bin", "/sbin", "/lib");

    public FilesystemLayout {
        links = List.copyOf(links);
        mounts = List.copyOf(mounts);
    }

    public static FilesystemLayout detect(Host host) {
        SharedDirectories shared = SharedDirectories.of(host.root());
        List<SharedDirectories.Link> links = LINKS.stream()
                .flatMap(path -> host.link(path).map(target -> new SharedDirectories.Link(path, target)).stream())
                .toList();
        List<Mount> mounts = Mount.parse(host.read("/proc/self/mountinfo").orElse(""));
        return new FilesystemLayout(
                shared,
                links,
                Mount.below(mounts, new LinkedHashSet<>(shared.directories())),
                Mount.holding(mounts, "/usr").map(Mount::readOnly).orElse(false));
    }

    /** The directories to share, absolute, without links, none inside another. */
    public List<String> shares() {
        return shared.directories();
    }

    /** Whether {@code /bin}, {@code /sbin} and {@code /lib} are links into {@code /usr}, as far as they are there. */
    public boolean mergedUsr() {
        return shared.links().stream().anyMatch(link -> MERGED.contains(link.path()))
                && shares().stream().noneMatch(MERGED::contains);
    }
}
