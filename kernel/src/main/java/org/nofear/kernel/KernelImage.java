package org.nofear.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nofear.build.BuildException;

/** Tells a bzImage by its header (Documentation/arch/x86/boot.rst: "HdrS" at 0x202, the protocol's version at 0x206). */
public final class KernelImage {

    private static final int MAGIC = 0x202;
    private static final int VERSION = 0x206;

    /** lkvm wants 2.06, of 2007. */
    private static final int OLDEST = 0x206;

    private KernelImage() {}

    /**
     * Checks that a file can be booted by every VMM.
     *
     * @throws BuildException when it is no bzImage, or too old a one
     */
    public static void check(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(VERSION + 2);
        }
        boolean magic =
                head.length == VERSION + 2 && new String(head, MAGIC, 4, StandardCharsets.ISO_8859_1).equals("HdrS");
        if (!magic || (((head[VERSION + 1] & 0xff) << 8) | (head[VERSION] & 0xff)) < OLDEST) {
            throw new BuildException(file + " is not a bzImage of Linux for x86");
        }
    }
}
