package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Install's copies of programs that the host lets nobody read (Gentoo's mount: 4711), to be seen in the originals' places.
 *
 * @param copies by the original's path, relative to the host's root
 * @param sources what was looked at
 */
record ReadablePrograms(Map<Path, Copy> copies, List<Path> sources) {

    private static final int READABLE = 0444;

    /** All permissions and setuid, but for setgid and sticky: in the guest they are root's, of the group root. */
    private static final int MODE = 04777;

    /**
     * A copy.
     *
     * @param file of the host
     * @param mode that it has in the guest: the original's, and readable
     */
    record Copy(Path file, int mode) {}

    ReadablePrograms {
        copies = Map.copyOf(copies);
        sources = List.copyOf(sources);
    }

    /**
     * Those that are still needed: an original that is gone, or that can be read now, has no use for a copy.
     *
     * @param directory of the copies; absent on most hosts
     */
    static ReadablePrograms of(Path host, Path directory) {
        Map<Path, Copy> copies = new TreeMap<>();
        List<Path> sources = new ArrayList<>(List.of(directory));
        for (Path copy : files(directory, sources)) {
            Path relative = directory.relativize(copy);
            Path original = host.resolve(relative);
            sources.add(original);
            copy(original, copy).ifPresent(needed -> copies.put(relative, needed));
        }
        return new ReadablePrograms(copies, sources);
    }

    private static Optional<Copy> copy(Path original, Path copy) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(original, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object mode = Files.getAttribute(original, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                            && !attributes.permissions().contains(PosixFilePermission.OTHERS_READ)
                            && mode instanceof Integer bits
                    ? Optional.of(new Copy(copy, (bits & MODE) | READABLE))
                    : Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static List<Path> files(Path directory, List<Path> looked) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> all = walk.sorted(Comparator.naturalOrder()).toList();
            looked.addAll(all);
            return all.stream()
                    .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
