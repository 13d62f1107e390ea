package org.nofear.facts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * How a host lays out what guests share.
 *
 * @param paths {@code /bin /sbin /lib /lib32 /lib64 /libx32 /usr /opt}, then the stores of NixOS and Guix, in this order
 * @param links further links that programs need and that are no share: {@code /run/current-system} of NixOS and Guix and the like
 * @param mounts file systems mounted below a shared directory, each a device of its own
 * @param readOnlyUsr whether {@code /usr} is mounted read-only
 */
public record FilesystemLayout(
        List<SharedPath> paths, List<SharedPath.Link> links, List<Mount> mounts, boolean readOnlyUsr) {

    /** What guests see of a host, where it is there, in this order. */
    public static final List<String> SHARED =
            List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/opt", "/nix/store", "/gnu/store");

    /** What a package manager knows of them, and guests see as well. */
    public static final List<String> PACKAGES = List.of("/var/lib/dpkg");

    /**
     * Links inside or beside the shares that lead out of them: Silverblue's {@code /usr/local -> ../var/usrlocal}, the profiles of
     * NixOS and Guix.
     */
    private static final List<String> OUTWARD = List.of("/usr/local");

    private static final List<String> PROFILES = List.of(
            "/run/current-system", "/run/booted-system", "/run/opengl-driver", "/run/opengl-driver-32", "/etc/static");

    public FilesystemLayout {
        paths = List.copyOf(paths);
        links = List.copyOf(links);
        mounts = List.copyOf(mounts);
    }

    public static FilesystemLayout detect(Host host) {
        List<SharedPath> paths = SHARED.stream().map(path -> look(host, path)).toList();
        List<SharedPath.Link> links = Stream.concat(OUTWARD.stream(), PROFILES.stream())
                .map(path -> look(host, path))
                .filter(SharedPath.Link.class::isInstance)
                .map(SharedPath.Link.class::cast)
                .toList();
        List<Mount> mounts = Mount.parse(host.read("/proc/self/mountinfo").orElse(""));
        return new FilesystemLayout(
                paths,
                links,
                Mount.below(mounts, new LinkedHashSet<>(shares(paths, links))),
                Mount.holding(mounts, "/usr").map(Mount::readOnly).orElse(false));
    }

    private static SharedPath look(Host host, String path) {
        Optional<String> target = host.link(path);
        if (target.isPresent()) {
            Optional<String> directory = host.file(path)
                    .filter(Files::isDirectory)
                    .flatMap(there -> host.realPath(path))
                    .filter(Mount::speakable);
            return new SharedPath.Link(path, target.get(), directory);
        }
        return Files.isDirectory(host.path(path)) ? new SharedPath.Directory(path) : new SharedPath.Absent(path);
    }

    /**
     * The directories to share, absolute, without links, none inside another: the real ones, and what links lead to outside of
     * them ({@code /var/opt}, {@code /var/usrlocal}).
     */
    public List<String> shares() {
        return shares(paths, links);
    }

    private static List<String> shares(List<SharedPath> paths, List<SharedPath.Link> links) {
        Set<String> shares = paths.stream()
                .filter(SharedPath.Directory.class::isInstance)
                .map(SharedPath::path)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Stream.concat(
                        paths.stream().filter(SharedPath.Link.class::isInstance).map(SharedPath.Link.class::cast),
                        links.stream().filter(link -> OUTWARD.contains(link.path())))
                .flatMap(link -> link.directory().stream())
                .filter(directory -> shareable(directory)
                        && shares.stream().noneMatch(share -> Path.of(directory).startsWith(share)))
                .forEach(shares::add);
        return List.copyOf(shares);
    }

    /** A link that an admin pointed at his home, at / or at /etc must not open it to guests. */
    private static boolean shareable(String directory) {
        Path path = Path.of(directory);
        return path.getNameCount() >= 2
                && Stream.of("/var/opt", "/var/usrlocal", "/var/local", "/srv", "/mnt", "/data", "/opt", "/nix", "/gnu")
                        .anyMatch(path::startsWith);
    }

    /** Links of the shared set whose target was not shared, because it is none of the places where programs are kept. */
    public List<SharedPath.Link> refused() {
        List<String> shares = shares();
        return Stream.concat(
                        paths.stream().filter(SharedPath.Link.class::isInstance).map(SharedPath.Link.class::cast),
                        links.stream().filter(link -> OUTWARD.contains(link.path())))
                .filter(link -> link.directory()
                        .filter(directory -> shares.stream().noneMatch(Path.of(directory)::startsWith))
                        .isPresent())
                .toList();
    }

    /** Whether {@code /bin}, {@code /sbin} and {@code /lib} are links into {@code /usr}. */
    public boolean mergedUsr() {
        List<SharedPath> present = paths.stream()
                .filter(path -> Set.of("/bin", "/sbin", "/lib").contains(path.path()))
                .filter(path -> !(path instanceof SharedPath.Absent))
                .toList();
        return !present.isEmpty() && present.stream().allMatch(SharedPath.Link.class::isInstance);
    }
}
