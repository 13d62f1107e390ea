package org.nofear.build;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Built things by the hash of all that they depend on. An entry is made in a work directory and published by one rename, so
 * it is whole or it isn't there.
 *
 * @param directory {@code /var/cache/nofear} and below
 */
public record Cache(Path directory) {

    private static final long MEBIBYTE = 1 << 20;

    /** An entry, if it was built before. */
    public Optional<Path> find(String kind, String key) {
        Path entry = entry(kind, key);
        return Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? Optional.of(entry) : Optional.empty();
    }

    /** Where an entry is, or will be. */
    public Path entry(String kind, String key) {
        return directory.resolve(kind).resolve(key);
    }

    /**
     * What tells the bytes of a file of this cache from others: its place, which is the hash of all that it was made from.
     *
     * @return empty for another file
     */
    public Optional<String> identity(Path file) {
        return Optional.of(file)
                .filter(made -> made.startsWith(directory))
                .map(made -> directory.relativize(made).toString());
    }

    /** An empty directory to build in, on the cache's file system; what an interrupted build left there is gone. */
    public Path workDirectory(String kind) throws IOException {
        Path work = directory.resolve(kind).resolve("work");
        delete(work);
        Files.createDirectories(work);
        return work;
    }

    /**
     * Fails at once where a build would fail after minutes.
     *
     * @param bytes what it needs, at least
     * @param what for
     * @throws BuildException when the cache's file system has less than that left
     */
    public void requireSpace(long bytes, String what) throws IOException {
        long free = directory.toFile().getUsableSpace();
        if (free < bytes) {
            throw new BuildException("No space left for " + what + ": it needs some " + bytes / MEBIBYTE + " MiB, and "
                    + directory + " has " + free / MEBIBYTE);
        }
    }

    /** Makes a directory an entry. */
    public Path publish(Path made, String kind, String key) throws IOException {
        Path entry = entry(kind, key);
        delete(entry);
        return Files.move(made, entry, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes what there is of the same kind beside an entry. */
    public void deleteOthers(Path entry) throws IOException {
        List<Path> others;
        try (Stream<Path> entries = Files.list(entry.resolveSibling(""))) {
            others = entries.filter(other -> !other.equals(entry)).toList();
        }
        for (Path other : others) {
            delete(other);
        }
    }

    /** Deletes a directory and all below it; links are not followed. */
    public static void delete(Path top) throws IOException {
        if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
