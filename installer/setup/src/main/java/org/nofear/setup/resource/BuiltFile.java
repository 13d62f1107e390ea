package org.nofear.setup.resource;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A file whose content is copied from a file made elsewhere: a kernel in the cache, a jar of the distribution.
 *
 * @param path absolute path on the host
 * @param source on this machine (never under the offline tree's root by itself); missing while a plan is shown: it is
 *     still to be made
 * @param capability set on the file
 */
public record BuiltFile(
        String path, Path source, Permissions permissions, Optional<Capability> capability, String reason)
        implements Resource {

    public BuiltFile(String path, Path source, Permissions permissions, String reason) {
        this(path, source, permissions, Optional.empty(), reason);
    }
}
