package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nofear.host.Host;

/**
 * What of the shared directories others cannot read, so that the unprivileged VMM cannot open it and not even the guest's root
 * can run it: Gentoo's mount (4711), Fedora's sudo (4111), Alpine's bbsuid (4111).
 *
 * @param found sorted by path
 * @param complete false when the walk was cut short
 */
public record UnreadablePrograms(List<Unreadable> found, boolean complete) {

    /**
     * A file or directory that others cannot read.
     *
     * @param path absolute
     * @param mode in octal, such as {@code 4711}
     * @param directory a directory: all that is in it is out of reach too
     * @param needed whether guests need it: install keeps a readable copy
     */
    public record Unreadable(String path, String mode, boolean directory, boolean needed) {

        /** Whether it is a program that others may run, on the host. */
        public boolean runnable() {
            return !directory && (Integer.parseInt(mode, 8) & 1) != 0;
        }
    }

    public UnreadablePrograms {
        found = List.copyOf(found);
    }

    /** Looks at every file of the shared directories once (about 140,000 on a well filled machine, in a second or two). */
    public static UnreadablePrograms detect(Host host, FilesystemLayout layout) {
        Collection<Unreadable> found = new ConcurrentLinkedQueue<>();
        boolean complete = ShareWalk.walk(host, layout.shares(), seen -> collect(seen, found));
        return sorted(found, complete);
    }

    static void collect(ShareWalk.Seen seen, Collection<Unreadable> found) {
        if (seen.closedToOthers()) {
            found.add(unreadable(seen));
        }
    }

    static UnreadablePrograms sorted(Collection<Unreadable> found, boolean complete) {
        return new UnreadablePrograms(
                found.stream().sorted(Comparator.comparing(Unreadable::path)).toList(), complete);
    }

    private static Unreadable unreadable(ShareWalk.Seen seen) {
        boolean directory = seen.attributes().isDirectory();
        return new Unreadable(
                seen.path().toString(),
                mode(seen.place()),
                directory,
                !directory && NeededPrograms.needed(seen.path()));
    }

    /** The permissions that Java shows lack setuid and setgid. */
    private static String mode(Path place) {
        try {
            Object mode = Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            int bits = mode instanceof Integer number ? number : 0;
            return "%04o".formatted(bits & 07777);
        } catch (IOException vanished) {
            return "0000";
        }
    }

    /** Those that guests need: install keeps readable copies of them. */
    public List<Unreadable> needed() {
        return found.stream()
                .filter(Unreadable::needed)
                .filter(Unreadable::runnable)
                .toList();
    }
}
