package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nofear.host.Host;

/** Finds the symbolic links in shared directories that lead into the host's /etc and /var, which guests do not see. */
final class OutwardLinks extends SimpleFileVisitor<Path> {

    private final Host host;
    private final List<Path> shares;
    private final int limit;
    private final List<Link> links = new ArrayList<>();
    private int seen;

    /** @param limit the most entries that are looked at in all */
    OutwardLinks(Host host, List<String> shares, int limit) {
        this.host = host;
        this.shares = shares.stream().map(Path::of).toList();
        this.limit = limit;
    }

    /**
     * A link.
     *
     * @param target where it leads, absolute on the host
     */
    record Link(Path path, Path target) {}

    List<Link> find() throws IOException {
        for (Path share : shares) {
            Path place = host.path(share.toString());
            if (Files.isDirectory(place)) {
                Files.walkFileTree(place, this);
            }
        }
        return List.copyOf(links);
    }

    /** Whether all entries were looked at. */
    boolean complete() {
        return seen <= limit;
    }

    int seen() {
        return seen;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (++seen > limit) {
            return FileVisitResult.TERMINATE;
        }
        if (attributes.isSymbolicLink()) {
            Path path = Path.of("/").resolve(host.root().relativize(file));
            target(path, file)
                    .filter(target -> outside(target) && host.exists(target.toString()))
                    .ifPresent(target -> links.add(new Link(path, target)));
        }
        return FileVisitResult.CONTINUE;
    }

    private static Optional<Path> target(Path path, Path file) {
        try {
            return Optional.of(path.resolveSibling(Files.readSymbolicLink(file)).normalize());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private boolean outside(Path target) {
        return (target.startsWith("/etc") || target.startsWith("/var"))
                && shares.stream().noneMatch(target::startsWith);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException partly) {
        return FileVisitResult.CONTINUE;
    }
}
