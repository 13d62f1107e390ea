package org.nofear.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a cpio archive of the "newc" form, which the kernel unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Owner, times and numbers are fixed: the same entries give the
 * same bytes.
 */
final class CpioWriter {

    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int ALIGNMENT = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int inode;

    void directory(String path, int mode) {
        entry(path, DIRECTORY | mode, new byte[0], 0, 0);
    }

    void file(String path, int mode, byte[] content) {
        entry(path, FILE | mode, content, 0, 0);
    }

    void characterDevice(String path, int mode, int major, int minor) {
        entry(path, CHARACTER_DEVICE | mode, new byte[0], major, minor);
    }

    /** The archive; nothing can be added any more. */
    byte[] finish() {
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        return bytes.toByteArray();
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder("070701");
        int links = (mode & DIRECTORY) != 0 ? 2 : 1;
        int[] fields = {++inode, mode, 0, 0, links, 0, content.length, 0, 0, major, minor, name.length, 0};
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        align();
        bytes.writeBytes(content);
        align();
    }

    private void align() {
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(0);
        }
    }
}
