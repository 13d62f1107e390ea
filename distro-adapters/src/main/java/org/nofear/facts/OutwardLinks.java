package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.nofear.host.Host;

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
     * @param end what it is after all links, absolute; empty when it dangles on the host too
     */
    public record Outward(String path, String target, Optional<String> end) {}

    public OutwardLinks {
        links = List.copyOf(links);
    }

    public static OutwardLinks detect(Host host, FilesystemLayout layout) {
        Collection<Outward> links = new ConcurrentLinkedQueue<>();
        boolean complete = ShareWalk.walk(host, layout.shares(), collector(host, layout, links));
        return sorted(links, complete);
    }

    static Consumer<ShareWalk.Seen> collector(Host host, FilesystemLayout layout, Collection<Outward> links) {
        List<Path> shares = layout.shares().stream().map(Path::of).toList();
        return seen -> {
            if (seen.attributes().isSymbolicLink()) {
                outward(host, shares, seen).ifPresent(links::add);
            }
        };
    }

    static OutwardLinks sorted(Collection<Outward> links, boolean complete) {
        return new OutwardLinks(
                links.stream().sorted(Comparator.comparing(Outward::path)).toList(), complete);
    }

    private static Optional<Outward> outward(Host host, List<Path> shares, ShareWalk.Seen seen) {
        try {
            Path target = Files.readSymbolicLink(seen.place());
            return leadsOut(seen.path().resolveSibling(target).normalize(), shares)
                    ? Optional.of(new Outward(
                            seen.path().toString(),
                            target.toString(),
                            host.realPath(seen.path()).map(Path::toString)))
                    : Optional.empty();
        } catch (IOException vanished) {
            return Optional.empty();
        }
    }

    private static boolean leadsOut(Path target, List<Path> shares) {
        return OUTSIDE.stream().anyMatch(target::startsWith) && shares.stream().noneMatch(target::startsWith);
    }
}
