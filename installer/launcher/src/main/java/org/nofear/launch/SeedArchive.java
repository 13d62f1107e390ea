package org.nofear.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.nofear.image.CpioWriter;

/** The seed's archive: what is in it is below /seed of the guest's first file system. */
final class SeedArchive {

    private static final String TOP = "seed";
    private static final int DIRECTORY = 0755;
    private static final int OPEN_DIRECTORY = 01777;
    private static final int DATA = 0644;
    private static final int EXECUTABLE = 0755;

    private final CpioWriter cpio = new CpioWriter();
    private final Set<Path> directories = new HashSet<>();

    SeedArchive() {
        cpio.directory(TOP, DIRECTORY);
        // What programs take for granted in /var.
        for (String name : new String[] {"cache", "lib", "local", "log", "mail", "opt", "spool"}) {
            directory(Path.of("var", name));
        }
        cpio.directory(TOP + "/var/tmp", OPEN_DIRECTORY);
        link(Path.of("var", "run"), "/run");
        link(Path.of("var", "lock"), "/run/lock");
    }

    /** A file, directory or link of the host. What the caller can't read, or is gone since, is left out. */
    void copy(Path host, Path path, PosixFileAttributes attributes) throws IOException {
        Path from = host.resolve(path);
        if (attributes.isDirectory()) {
            directory(path);
            return;
        }
        try {
            if (attributes.isSymbolicLink()) {
                link(path, Files.readSymbolicLink(from).toString());
                return;
            }
            byte[] content = Files.readAllBytes(from);
            parents(path);
            // Times are kept: fontconfig judges its caches by them.
            long time = Math.max(attributes.lastModifiedTime().to(TimeUnit.SECONDS), 0);
            boolean executable = attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE);
            cpio.file(TOP + "/" + path, executable ? EXECUTABLE : DATA, time, content);
        } catch (AccessDeniedException | NoSuchFileException notForUs) {
            assert !Files.isReadable(from);
        }
    }

    /**
     * A program of the shared directories, to be seen above what the host shares.
     *
     * @param path the original's, relative to the root
     */
    void program(Path path, int mode, byte[] content) {
        Path at = Path.of("shares").resolve(path);
        parents(at);
        cpio.file(TOP + "/" + at, mode, content);
    }

    void file(Path path, String text) {
        parents(path);
        cpio.file(TOP + "/" + path, DATA, text.getBytes(StandardCharsets.UTF_8));
    }

    void link(Path path, String target) {
        parents(path);
        cpio.link(TOP + "/" + path, target);
    }

    byte[] finish() {
        return cpio.finish();
    }

    private void parents(Path path) {
        Path parent = path.getParent();
        if (parent != null) {
            directory(parent);
        }
    }

    private void directory(Path path) {
        if (directories.add(path)) {
            parents(path);
            cpio.directory(TOP + "/" + path, DIRECTORY);
        }
    }
}
