package org.nofear.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A guest kernel in the cache.
 *
 * @param directory of the entry
 */
public record BuiltKernel(Path directory) {

    static final String UNKNOWN = "unknown";

    /** What every VMM boots. */
    public Path image() {
        return directory.resolve("bzImage");
    }

    /** The same as an ELF file, for QEMU, whose guests then need not unpack it. */
    public Path elf() {
        return directory.resolve("vmlinux");
    }

    /** The options that it was asked to have and that its source does not know. */
    public List<String> unknown() throws IOException {
        Path file = directory.resolve(UNKNOWN);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The configuration that it was built with. */
    public Path config() {
        return directory.resolve("config");
    }
}
