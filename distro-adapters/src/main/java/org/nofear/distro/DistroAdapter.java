package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/**
 * What a family's name supplies and nothing else does. A new distribution is one class that implements this, one line in
 * {@link Distribution}, and one recorded tree among the tests.
 */
public interface DistroAdapter {

    Family family();

    /** The values of ID that belong here, in lower case; looked up for each word of ID_LIKE too. */
    Set<String> ids();

    /** Whether a tree without a telling os-release is of this kind, by its package database or layout. */
    boolean recognises(Host host);

    /** The package manager of the family; whether it is there is probed ({@link PackageManager#detect}). */
    PackageManager packageManager();

    /** Where a need can be had in a release. */
    Supply supply(PackageNeed need, OsRelease release);

    /**
     * Where kernel sources of the distribution's packages lie: absolute paths whose last name is a glob. A
     * match is a tarball or a directory.
     */
    default List<String> kernelSources() {
        return List.of("/usr/src/linux-*", "/usr/src/linux");
    }

    /** The command that puts a user into a group, for advice. */
    default String addToGroup(String user, String group) {
        return "usermod -aG " + group + " " + user;
    }

    default List<KnownDefect> defects(OsRelease release) {
        return List.of();
    }
}
