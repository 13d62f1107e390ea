package org.nofear.setup.doctor;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What guests get of the host's /etc and /var: the launcher's list, as install puts it beside the guest's files.
 *
 * @param paths relative to the root
 * @param patterns likewise; a star stands for any characters of a name
 */
record AllowedPaths(Set<Path> paths, List<PathMatcher> patterns) {

    /** What every guest has of its own making. */
    private static final List<String> OWN = List.of(
            "etc/mtab",
            "etc/passwd",
            "etc/group",
            "etc/hosts",
            "etc/hostname",
            "etc/fstab",
            "etc/nsswitch.conf",
            "etc/shells",
            "etc/resolv.conf",
            "etc/machine-id",
            "var/tmp",
            "var/log",
            "var/run",
            "var/lock");

    AllowedPaths {
        paths = Set.copyOf(paths);
        patterns = List.copyOf(patterns);
    }

    /** Lines {@code PATH # REASON}. */
    static AllowedPaths parse(String text) {
        Map<Boolean, List<String>> lines = Stream.concat(
                        OWN.stream(),
                        text.lines()
                                .map(line -> line.replaceFirst("#.*", "").strip())
                                .filter(line -> !line.isEmpty()))
                .collect(Collectors.partitioningBy(line -> line.contains("*")));
        return new AllowedPaths(
                lines.getOrDefault(false, List.of()).stream().map(Path::of).collect(Collectors.toSet()),
                lines.getOrDefault(true, List.of()).stream()
                        .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                        .toList());
    }

    /** Whether a guest has an absolute path, or a directory above it. */
    boolean covers(Path absolute) {
        Path path = Path.of("/").relativize(absolute);
        for (int names = path.getNameCount(); names > 0; names--) {
            Path part = path.subpath(0, names);
            if (paths.contains(part) || patterns.stream().anyMatch(pattern -> pattern.matches(part))) {
                return true;
            }
        }
        return false;
    }
}
