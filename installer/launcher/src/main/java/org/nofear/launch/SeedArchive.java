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
import org.nofear.image.Ext4Writer;

/** The seed's file system, which the guest mounts at /seed. */
final class SeedArchive {

    private static final int DIRECTORY = 0755;
    private static final int OPEN_DIRECTORY = 01777;
    private static final int DATA = 0644;
    private static final int EXECUTABLE = 0755;

    /** Of hosts whose packages are Debian's. */
    static final Path DPKG = Path.of("var", "lib", "dpkg");

    private final Ext4Writer image = new Ext4Writer();
    private final Set<Path> directories = new HashSet<>();

    SeedArchive() {
        // What programs take for granted in /var.
        for (String name : new String[] {"cache", "lib", "local", "log", "mail", "opt", "spool"}) {
            directory(Path.of("var", name));
        }
        image.directory("var/tmp", OPEN_DIRECTORY);
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
            image.file(path.toString(), executable ? EXECUTABLE : DATA, time, content);
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
        image.file(at.toString(), mode, 0, content);
    }

    /**
     * What apt takes for granted. The guest's own files in /etc stay, whatever a package brings, and nobody is asked. None of the
     * host's overrides are in dpkg's list: they name users and groups that a guest has not.
     */
    void packageManager() {
        Path apt = Path.of("etc", "apt");
        directory(apt.resolve("sources.list.d"));
        directory(apt.resolve("preferences.d"));
        file(apt.resolve("apt.conf.d/nofear"), "APT::Sandbox::User \"root\";\n");
        file(Path.of("etc", "dpkg", "dpkg.cfg.d", "nofear"), "force-confdef\nforce-confold\n");
        program(DPKG.resolve("statoverride"), DATA, new byte[0]);
    }

    void file(Path path, String text) {
        parents(path);
        image.file(path.toString(), DATA, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    void link(Path path, String target) {
        parents(path);
        image.link(path.toString(), target);
    }

    byte[] finish() {
        return image.finish();
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
            image.directory(path.toString(), DIRECTORY);
        }
    }
}
