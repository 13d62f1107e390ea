package org.nofear.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.nofear.build.BuildException;

/** Where the guest kernel's source is. */
public sealed interface KernelSource {

    Path path();

    /**
     * An unpacked source tree; it is built elsewhere, and not written to.
     *
     * @param path with Linux's Makefile in it
     */
    record Directory(Path path) implements KernelSource {}

    /**
     * A tarball, in any compression that tar knows.
     *
     * @param path of the file
     */
    record Tarball(Path path) implements KernelSource {}

    /**
     * The source at a path.
     *
     * @throws BuildException when there is none
     */
    static KernelSource at(Path path) throws BuildException {
        if (Files.isDirectory(path)) {
            return new Directory(path);
        }
        if (Files.isRegularFile(path)) {
            return new Tarball(path);
        }
        throw new BuildException(path + ": no such kernel source: give a directory or a tarball of Linux");
    }

    /**
     * The newest source that the distribution's package left in a directory: {@code linux-source-6.1.tar.xz}.
     *
     * @param directory {@code /usr/src}
     */
    static Optional<KernelSource> newestIn(Path directory) {
        Pattern form = Pattern.compile("linux-source-[0-9].*\\.tar\\.(xz|gz|bz2|zst)");
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "linux-source-*")) {
            for (Path file : files) {
                if (form.matcher(file.getFileName().toString()).matches()) {
                    found.add(file);
                }
            }
        } catch (IOException unreadable) {
            return Optional.empty();
        }
        return found.stream().max(Comparator.comparing(KernelSource::version)).map(Tarball::new);
    }

    /** A key that sorts 6.12 after 6.1. */
    private static String version(Path file) {
        StringBuilder key = new StringBuilder();
        Pattern.compile("\\D+")
                .splitAsStream(file.getFileName().toString())
                .forEach(part -> key.append(String.format(Locale.ROOT, "%8s.", part)));
        return key.toString();
    }
}
