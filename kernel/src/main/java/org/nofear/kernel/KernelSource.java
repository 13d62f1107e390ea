package org.nofear.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.build.BuildException;
import org.nofear.host.Host;

/** Where the guest kernel's source is. */
public sealed interface KernelSource {

    /** Compressions that tar knows. */
    Pattern TARBALL = Pattern.compile(".*\\.tar(\\.(xz|gz|bz2|zst))?");

    Path path();

    /** The bytes that the source takes when it is unpacked; for a tarball an estimate. */
    long unpackedSize() throws IOException;

    /**
     * An unpacked source tree; it is built elsewhere, and not written to.
     *
     * @param path with Linux's Makefile in it
     */
    record Directory(Path path) implements KernelSource {

        @Override
        public long unpackedSize() throws IOException {
            try (Stream<Path> walk = Files.walk(path)) {
                return walk.map(Path::toFile)
                        .filter(File::isFile)
                        .mapToLong(File::length)
                        .sum();
            }
        }
    }

    /**
     * A tarball, in any compression that tar knows.
     *
     * @param path of the file
     */
    record Tarball(Path path) implements KernelSource {

        /** Linux 6.1 is 1.27 GiB, ten times its tar.xz. */
        private static final long RATIO = 10;

        @Override
        public long unpackedSize() throws IOException {
            return RATIO * Files.size(path);
        }
    }

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
     * The newest source that the distribution's packages left on a host. A tarball is preferred to a directory of the same
     * version: it is as the package brought it.
     *
     * @param patterns absolute paths whose last name is a glob: {@code /usr/src/linux-source-*.tar.xz}
     */
    static Optional<KernelSource> newest(Host host, List<String> patterns) {
        List<KernelSource> found = new ArrayList<>();
        for (String pattern : patterns) {
            int slash = pattern.lastIndexOf('/');
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(slash + 1));
            String directory = pattern.substring(0, slash);
            for (String name : host.names(directory)) {
                if (matcher.matches(Path.of(name))) {
                    host.file(directory + "/" + name)
                            .flatMap(KernelSource::source)
                            .ifPresent(found::add);
                }
            }
        }
        return found.stream().max(Comparator.comparing(KernelSource::version));
    }

    private static Optional<KernelSource> source(Path path) {
        if (Files.isRegularFile(path) && TARBALL.matcher(path.toString()).matches()) {
            return Optional.of(new Tarball(path));
        }
        return Files.isRegularFile(path.resolve("Kconfig")) ? Optional.of(new Directory(path)) : Optional.empty();
    }

    /** A key that sorts 6.12 after 6.1, and a tarball after a directory. */
    private static String version(KernelSource source) {
        StringBuilder key = new StringBuilder();
        Pattern.compile("\\D+")
                .splitAsStream(source.path().getFileName().toString())
                .filter(part -> !part.isEmpty())
                .forEach(part -> key.append(String.format(Locale.ROOT, "%8s.", part)));
        return key + (source instanceof Tarball ? "~" : "");
    }
}
