package org.nofear.facts;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Symbolic links of the shared directories that lead into /etc or /var, which guests do not share: Debian's alternatives, Java's
 * configuration, SUSE's certificates. What they lead to has to be in the guest, or the name is dead there.
 *
 * @param links sorted by path
 * @param complete false when the walk was cut short
 */
public record OutwardLinks(List<Outward> links, boolean complete) {

    private static final List<Path> OUTSIDE = List.of(Path.of("/etc"), Path.of("/var"));

    /**
     * A link that leads out.
     *
     * @param path absolute
     * @param target as it is written
     */
    public record Outward(String path, String target) {}

    public OutwardLinks {
        links = List.copyOf(links);
    }

    static OutwardLinks among(NotableFiles files, FilesystemLayout layout) {
        List<Path> shares = layout.shares().stream().map(Path::of).toList();
        return new OutwardLinks(
                files.links()
                        .filter(link -> leadsOut(
                                link.path().resolveSibling(link.target()).normalize(), shares))
                        .map(link -> new Outward(
                                link.path().toString(), link.target().toString()))
                        .sorted(Comparator.comparing(Outward::path))
                        .toList(),
                files.complete());
    }

    private static boolean leadsOut(Path target, List<Path> shares) {
        return OUTSIDE.stream().anyMatch(target::startsWith) && shares.stream().noneMatch(target::startsWith);
    }
}
