package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/**
 * Programs with a setuid or setgid bit that somebody at work in a guest misses, root above all. Some distributions let nobody
 * read them (Gentoo's mount: 4711, Fedora's sudo: 4111, Alpine's bbsuid: 4111), and so not the unprivileged VMM; install keeps
 * readable copies of those.
 */
public final class NeededPrograms {

    private static final List<String> DIRECTORIES =
            List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin");

    private static final Set<String> NAMES = Set.of(
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

    private NeededPrograms() {}

    /** Whether guests need a program. */
    static boolean needed(Path program) {
        return NAMES.contains(String.valueOf(program.getFileName()))
                && Set.of("bin", "sbin")
                        .contains(String.valueOf(program.resolveSibling("").getFileName()));
    }

    /** Those of a host that others may run and not read, by their absolute paths without links, sorted. */
    public static List<String> unreadable(Host host) {
        return DIRECTORIES.stream()
                .flatMap(directory -> host.realPath(directory).stream())
                .distinct()
                .flatMap(directory -> NAMES.stream().map(name -> directory + "/" + name))
                .filter(path -> unreadable(host.path(path)))
                .sorted()
                .toList();
    }

    private static boolean unreadable(Path file) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = attributes.permissions();
            return attributes.isRegularFile()
                    && permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                    && !permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException absent) {
            return false;
        }
    }
}
