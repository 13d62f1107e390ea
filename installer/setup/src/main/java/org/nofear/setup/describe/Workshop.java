package org.nofear.setup.describe;

import java.nio.file.Path;
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

    /** What stands for a thing whose place in the cache cannot be told yet: it is still to be made. */
    Path unmade(String name) {
        return cache.entry("unmade", name);
    }

    Path library() {
        return home.resolve("lib/nofear");
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
