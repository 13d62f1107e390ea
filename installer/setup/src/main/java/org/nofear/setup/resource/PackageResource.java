package org.nofear.setup.resource;

import java.util.List;

/**
 * A package of the distribution. It is installed when it is missing, and never removed: uninstall names it. Packages that
 * are listed one after the other with the same install command are installed by one call.
 *
 * @param name as the package manager has it
 * @param query a program that tells whether it is installed
 * @param installed what the program's output contains when it is (and its status is 0); empty: the status is enough
 * @param install the program that installs packages; their names are appended to it
 */
public record PackageResource(String name, List<String> query, String installed, List<String> install, String reason)
        implements Resource {

    public PackageResource {
        query = List.copyOf(query);
        install = List.copyOf(install);
    }
}
