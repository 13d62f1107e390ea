package org.nofear.kernel;

import java.nio.file.Path;

/**
 * A guest kernel in the cache.
 *
 * @param directory of the entry
 */
public record BuiltKernel(Path directory) {

    /** What lkvm and QEMU boot. */
    public Path image() {
        return directory.resolve("bzImage");
    }

    /** The configuration that it was built with. */
    public Path config() {
        return directory.resolve("config");
    }
}
