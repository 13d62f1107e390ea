package org.nofear.facts;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.nofear.host.Host;

/**
 * Walks the directories that guests share: no link is followed, no file system entered that is mounted below, and no directory
 * that others cannot read, because guests see nothing in it. Java's own tree walk would look at each file twice.
 */
final class ShareWalk {

    /** Ten times a large installation. */
    private static final int LIMIT = 5_000_000;

    private static final Set<PosixFilePermission> ENTER =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    /**
     * What was met.
     *
     * @param path absolute, on the host; a name may hold bytes that are no text
     * @param place where that is
     */
    record Seen(Path path, Path place, PosixFileAttributes attributes) {

        boolean closedToOthers() {
            Set<PosixFilePermission> permissions = attributes.permissions();
            return attributes.isDirectory()
                    ? !permissions.containsAll(ENTER)
                    : attributes.isRegularFile() && !permissions.contains(PosixFilePermission.OTHERS_READ);
        }
    }

    private final Consumer<Seen> visitor;
    private final Deque<Seen> todo = new ArrayDeque<>();
    private int left;

    private ShareWalk(Consumer<Seen> visitor, int limit) {
        this.visitor = visitor;
        this.left = limit;
    }

    /**
     * Shows everything below some directories to a visitor, the directories included.
     *
     * @return whether it was all: false when the walk was cut short
     */
    static boolean walk(Host host, List<String> shares, Consumer<Seen> visitor) {
        return walk(host, shares, visitor, LIMIT);
    }

    /** @param limit how much is looked at below each directory */
    static boolean walk(Host host, List<String> shares, Consumer<Seen> visitor, int limit) {
        return shares.stream()
                .allMatch(share -> new ShareWalk(visitor, limit)
                        .whole(Path.of(share), host.place(share).orElse(host.path(share))));
    }

    private boolean whole(Path path, Path place) {
        meet(path, place);
        Seen start = todo.peek();
        Object device = start == null ? "" : device(start.place());
        while (!todo.isEmpty() && left > 0) {
            Seen directory = todo.pop();
            if (device(directory.place()).equals(device)) {
                list(directory);
            }
        }
        return left > 0;
    }

    private void list(Seen directory) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.place())) {
            for (Path entry : entries) {
                meet(directory.path().resolve(entry.getFileName()), entry);
            }
        } catch (IOException | DirectoryIteratorException vanished) {
            // It was removed meanwhile, or cannot be read: there is nothing to be shown.
            return;
        }
    }

    private void meet(Path path, Path place) {
        left--;
        try {
            Seen seen = new Seen(
                    path, place, Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            visitor.accept(seen);
            if (seen.attributes().isDirectory() && !seen.closedToOthers()) {
                todo.push(seen);
            }
        } catch (IOException vanished) {
            // Removed between the listing and the look: nothing to be shown.
            return;
        }
    }

    private static Object device(Path place) {
        try {
            return Files.getAttribute(place, "unix:dev", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException vanished) {
            return "";
        }
    }
}
