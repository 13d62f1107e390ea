package org.nofear.setup.describe;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.nofear.build.Cache;
import org.nofear.build.SourceJar;
import org.nofear.host.Host;

/**
 * Where things are built: always on this machine, also for an offline tree.
 *
 * @param home of the NoFear that runs: {@code home/sbin/nofear-setup} and {@code home/lib/nofear/jars}
 * @param host this machine
 * @param cache of what has been built
 * @param jobs parallel jobs
 */
record Workshop(Path home, Host host, Cache cache, int jobs) {

    /** Never on the host's list of changes: uninstall names it and leaves it. */
    static final Path CACHE = Path.of("/var/cache/nofear");

    /** A file of packages, in the library directory. */
    static final String PACKAGED = "packaged";

    /** What stands for a thing whose place in the cache cannot be told yet: it is still to be made. */
    Path unmade(String name) {
        return cache.entry("unmade", name);
    }

    Path library() {
        return home.resolve("lib/nofear");
    }

    /** Whether the NoFear that runs belongs to a package: its files are the package manager's, and nothing is compiled. */
    boolean packaged() {
        return Files.isRegularFile(library().resolve(PACKAGED), LinkOption.NOFOLLOW_LINKS);
    }

    /** What a package brings so that it need not be built here: the guest's agent, perhaps a kernel. */
    Optional<Path> prebuilt(String name) {
        return Optional.of(library().resolve("prebuilt").resolve(name))
                .filter(file -> packaged() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** The program {@code nofear} of a package. */
    Optional<Path> prebuiltLauncher() {
        return Optional.of(home.resolve("bin/nofear"))
                .filter(file -> packaged() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** Carries the sources of the program {@code nofear}. */
    SourceJar launcherJar() {
        return new SourceJar(library().resolve("jars/launcher/launcher.jar"));
    }

    /** Carries the sources of the guest's agent. */
    SourceJar guestImageJar() {
        return new SourceJar(library().resolve("jars/guest-image.jar"));
    }
}
