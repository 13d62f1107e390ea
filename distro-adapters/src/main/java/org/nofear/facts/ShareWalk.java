package org.nofear.facts;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.nofear.host.Host;

/**
 * Looks for what is notable where no find(1) does: in an offline tree, with BusyBox. Java's own tree walk would look at each file
 * twice, and with one processor only; this one takes a level of the tree after the other, its directories by all processors.
 */
final class ShareWalk {

    /** Ten times a large installation. */
    private static final int LIMIT = 5_000_000;

    private static final int PERMISSIONS = 07777;

    private static final Set<PosixFilePermission> ENTER =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE);

    /**
     * What was met.
     *
     * @param path absolute, on the host; a name may hold bytes that are no text
     * @param place where that is
     * @param closedToOthers a file that others cannot read, or a directory that they cannot enter
     */
    private record Seen(Path path, Path place, PosixFileAttributes attributes, boolean closedToOthers) {

        /** What is at a place; empty when it was removed since it was listed. */
        static Optional<Seen> at(Path path, Path place) {
            return by(view(place), path, place);
        }

        private static PosixFileAttributeView view(Path place) {
            return Files.getFileAttributeView(place, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        }

        private static Optional<Seen> by(PosixFileAttributeView view, Path path, Path place) {
            try {
                PosixFileAttributes attributes = view.readAttributes();
                return Optional.of(new Seen(path, place, attributes, closed(attributes)));
            } catch (IOException vanished) {
                return Optional.empty();
            }
        }

        private static boolean closed(PosixFileAttributes attributes) {
            if (attributes.isDirectory()) {
                return !attributes.permissions().containsAll(ENTER);
            }
            return attributes.isRegularFile() && !attributes.permissions().contains(PosixFilePermission.OTHERS_READ);
        }

        /** Empty when it is not, or was removed since it was listed. */
        Optional<Notable> notable() {
            try {
                if (attributes.isSymbolicLink()) {
                    return Optional.of(Files.readSymbolicLink(place))
                            .filter(Notable.Link::notable)
                            .map(target -> new Notable.Link(path, target));
                }
                return closedToOthers
                        ? Optional.of(new Notable.Closed(path, mode(), attributes.isDirectory()))
                        : Optional.empty();
            } catch (IOException vanished) {
                return Optional.empty();
            }
        }

        /** The permissions that Java shows lack setuid and setgid. */
        private int mode() throws IOException {
            return Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                    ? mode & PERMISSIONS
                    : 0;
        }

        boolean open() {
            return attributes.isDirectory() && !closedToOthers;
        }

        /** What is in a directory; nothing when it was removed meanwhile, or cannot be read. */
        List<Seen> list() {
            List<Seen> found = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
                for (Path entry : entries) {
                    by(view(entries, entry), path.equals(place) ? entry : path.resolve(entry.getFileName()), entry)
                            .ifPresent(found::add);
                }
            } catch (IOException | DirectoryIteratorException vanished) {
                return found;
            }
            return found;
        }

        /** By its name in the open directory where Java can: the kernel then need not find its way to each file anew. */
        private static PosixFileAttributeView view(DirectoryStream<Path> directory, Path entry) {
            return directory instanceof SecureDirectoryStream<Path> open
                    ? open.getFileAttributeView(
                            entry.getFileName(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    : view(entry);
        }

        Object device() {
            try {
                return Files.getAttribute(place, "unix:dev", LinkOption.NOFOLLOW_LINKS);
            } catch (IOException vanished) {
                return "";
            }
        }
    }

    private ShareWalk() {}

    static NotableFiles walk(Host host, List<String> shares) {
        return walk(host, shares, LIMIT);
    }

    /** @param limit when so much has been met below a directory, what is deeper is left out */
    static NotableFiles walk(Host host, List<String> shares, int limit) {
        Queue<Notable> found = new ConcurrentLinkedQueue<>();
        boolean complete = shares.stream()
                .allMatch(share -> whole(Path.of(share), host.place(share).orElse(host.path(share)), found, limit));
        return new NotableFiles(List.copyOf(found), complete);
    }

    private static boolean whole(Path path, Path place, Queue<Notable> notable, int limit) {
        List<Seen> top = Seen.at(path, place).stream().toList();
        top.forEach(seen -> seen.notable().ifPresent(notable::add));
        Object device = top.stream().map(Seen::device).findFirst().orElse("");
        LongAdder met = new LongAdder();
        List<Seen> directories = top.stream().filter(Seen::open).toList();
        while (!directories.isEmpty()) {
            met.add(directories.size());
            if (met.sum() >= limit) {
                return false;
            }
            directories = directories.parallelStream()
                    .unordered()
                    .filter(directory -> directory.device().equals(device))
                    .flatMap(directory -> {
                        List<Seen> found = directory.list();
                        found.forEach(seen -> seen.notable().ifPresent(notable::add));
                        List<Seen> deeper = found.stream().filter(Seen::open).toList();
                        met.add(found.size() - deeper.size());
                        return deeper.stream();
                    })
                    .toList();
        }
        return true;
    }
}
