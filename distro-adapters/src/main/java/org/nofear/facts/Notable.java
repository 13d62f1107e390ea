package org.nofear.facts;

import java.nio.file.Path;

/** What somebody wants to know of in the shared directories; of the other files one is like the next. */
sealed interface Notable {

    /** Absolute, on the host; a name may hold bytes that are no text. */
    Path path();

    /**
     * A symbolic link that may lead out of its directory: most do not.
     *
     * @param target as it is written: absolute, or with {@code ..} in it
     */
    record Link(Path path, Path target) implements Notable {

        static boolean notable(Path target) {
            return target.isAbsolute() || target.toString().contains("..");
        }
    }

    /**
     * A file that others cannot read, or a directory that they cannot list and enter.
     *
     * @param mode the permissions, with setuid, setgid and the sticky bit
     */
    record Closed(Path path, int mode, boolean directory) implements Notable {}
}
