package org.nofear.kernel;

import java.nio.file.Path;

/**
 * A guest kernel in the cache.
 *
 * @param directory of the entry
 */
public record BuiltKernel(Path directory) {

    /** What every VMM boots. */
    public Path image() {
        return directory.resolve("bzImage");
    }

    /** The same as an ELF file, for QEMU, whose guests then need not unpack it. */
    public Path elf() {
        return directory.resolve("vmlinux");
    }

    /** The configuration that it was built with. */
    public Path config() {
        return directory.resolve("config");
    }
}
