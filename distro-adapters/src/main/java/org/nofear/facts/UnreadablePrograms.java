package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/**
 * What of the shared directories others cannot read, so that the unprivileged VMM cannot open it and not even the guest's root
 * can run it: Gentoo's mount (4711), Fedora's sudo (4111), Alpine's bbsuid (4111).
 *
 * @param found sorted by path
 * @param complete false when the walk was cut short
 */
public record UnreadablePrograms(List<Unreadable> found, boolean complete) {

    private static final Set<String> DIRECTORIES_OF_PROGRAMS = Set.of("bin", "sbin");

    /** Programs with a setuid or setgid bit that somebody at work in a guest misses, root above all. */
    private static final Set<String> NEEDED = Set.of(
            "mount",
            "umount",
            "su",
            "sudo",
            "sudoedit",
            "doas",
            "bbsuid",
            "passwd",
            "gpasswd",
            "chage",
            "chfn",
            "chsh",
            "newgrp",
            "expiry",
            "ping",
            "ping6",
            "arping",
            "traceroute",
            "newuidmap",
            "newgidmap",
            "fusermount",
            "fusermount3",
            "bwrap",
            "ssh-agent",
            "write",
            "wall",
            "screen");

    /**
     * A file or directory that others cannot read.
     *
     * @param path absolute
     * @param mode in octal, such as {@code 4711}
     * @param directory a directory: all that is in it is out of reach too
     * @param needed whether guests need it: install keeps a readable copy
     */
    public record Unreadable(String path, String mode, boolean directory, boolean needed) {}

    public UnreadablePrograms {
        found = List.copyOf(found);
    }

    /** Looks at every file of the shared directories once (about 140,000 on a well filled machine, in a second or two). */
    public static UnreadablePrograms detect(Host host, FilesystemLayout layout) {
        List<Unreadable> found = new ArrayList<>();
        boolean complete = ShareWalk.walk(host, layout.shares(), seen -> collect(seen, found));
        return sorted(found, complete);
    }

    static void collect(ShareWalk.Seen seen, List<Unreadable> found) {
        if (seen.closedToOthers()) {
            found.add(unreadable(seen));
        }
    }

    static UnreadablePrograms sorted(List<Unreadable> found, boolean complete) {
        return new UnreadablePrograms(
                found.stream().sorted(Comparator.comparing(Unreadable::path)).toList(), complete);
    }

    private static Unreadable unreadable(ShareWalk.Seen seen) {
        boolean directory = seen.attributes().isDirectory();
        return new Unreadable(
                seen.path().toString(), mode(seen.place()), directory, !directory && neededByGuests(seen.path()));
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

    private static boolean neededByGuests(Path file) {
        Path directory = file.getParent();
        return directory != null
                && directory.getFileName() != null
                && DIRECTORIES_OF_PROGRAMS.contains(directory.getFileName().toString())
                && NEEDED.contains(String.valueOf(file.getFileName()));
    }

    /** Those that guests need: install keeps readable copies of them. */
    public List<Unreadable> needed() {
        return found.stream().filter(Unreadable::needed).toList();
    }
}
