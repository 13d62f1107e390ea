package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/**
 * What a family's name supplies and nothing else does: package names, advice, known defects. Adding a distribution:
 *
 * <ol>
 *   <li>If it is like one that is here (its packages have the same names), add its ID to that adapter's {@link #ids()}; if its
 *       os-release says so in ID_LIKE, nothing is to be done.
 *   <li>Else write one class that implements this, a copy of {@code SolusAdapter}: the IDs, the package database that it is
 *       recognised by, the package manager, and a {@link PackageTable} of names. What it lacks gets a sentence of advice.
 *   <li>Add one line to {@link Distribution#ADAPTERS}, and a value to {@link Family} if doctor is to name it.
 *   <li>Record one tree: {@code src/test/resources/hosts/NAME/tree.txt} and {@code expected.txt} (how: the README there), and
 *       NAME in {@code list.txt}. {@code mvn -pl distro-adapters test} tells what is still wrong.
 *   <li>Ask for no name anywhere else: what differs and can be probed belongs into {@code facts}.
 * </ol>
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
