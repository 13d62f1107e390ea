package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directories of the host that every guest sees, as they are right now: each is a share of its own, and the links of a
 * merged /usr are links in the guest as well.
 *
 * @param shares directories, at the same paths in the guest
 * @param links links, made again in the guest
 */
public record HostTree(List<Path> shares, List<Link> links) {

    /**
     * The host's programs and their libraries. /nix/store and /gnu/store hold them on NixOS and Guix, where /usr is next to
     * empty. /usr comes first: the others may be links into it. With them comes what dpkg knows of them: who is root in a guest
     * installs there, and removes. (rpm's is in /usr.)
     */
    private static final List<String> NAMES = List.of(
            "usr",
            "bin",
            "sbin",
            "lib",
            "lib32",
            "lib64",
            "libx32",
            "opt",
            "nix/store",
            "gnu/store",
            "run/current-system",
            "var/lib/dpkg");

    public HostTree {
        shares = List.copyOf(shares);
        links = List.copyOf(links);
    }

    /**
     * A link at the top of the file system.
     *
     * @param path in the guest
     * @param target as the link has it
     */
    public record Link(String path, String target) {}

    /**
     * Looks at the host.
     *
     * @throws LaunchError when a directory cannot be looked at
     */
    public static HostTree of(Path root) {
        List<Path> shares = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        for (String name : NAMES) {
            Path path = root.resolve(name);
            try {
                if (Files.isSymbolicLink(path)) {
                    Path target = Files.readSymbolicLink(path);
                    links.add(new Link("/" + name, target.toString()));
                    Path real = path.toRealPath();
                    if (leavesTheShares(root, real)) {
                        shares.add(real);
                    }
                } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    shares.add(path);
                }
            } catch (IOException dangling) {
                // toRealPath failed: a link to nowhere is a link to nowhere in the guest too.
                assert !Files.exists(path);
            }
        }
        return new HostTree(shares, links);
    }

    /** Silverblue's /opt is a link to /var/opt: its target is a share at its own path. */
    private static boolean leavesTheShares(Path root, Path real) {
        return Files.isDirectory(real)
                && NAMES.stream().noneMatch(name -> real.startsWith(root.resolve(name)) && !name.equals("opt"))
                && real.startsWith(root.resolve("var"));
    }
}
