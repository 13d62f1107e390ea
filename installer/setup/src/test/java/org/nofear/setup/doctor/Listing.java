package org.nofear.setup.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All that is in a tree: names, modes, sizes, and times to the nanosecond. */
public final class Listing {

    private Listing() {}

    public static List<String> of(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(path -> root.relativize(path) + " " + attributes(path))
                    .sorted()
                    .toList();
        }
    }

    private static String attributes(Path path) {
        try {
            return Files.readAttributes(
                            path, "unix:mode,uid,gid,size,lastModifiedTime,ctime,ino", LinkOption.NOFOLLOW_LINKS)
                    .toString();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
