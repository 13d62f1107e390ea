package org.nofear.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes a cpio archive of the "newc" form, which the kernel unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst). All belongs to root, numbers are counted: the same entries give
 * the same bytes.
 */
public final class CpioWriter {

    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int ALIGNMENT = 4;
    private static final int PAGE = 4096;
    private static final int DIGITS = 8;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int inode;

    public void directory(String path, int mode) {
        entry(path, DIRECTORY | mode, new byte[0], 0, 0);
    }

    public void file(String path, int mode, byte[] content) {
        entry(path, FILE | mode, content, 0, 0);
    }

    public void characterDevice(String path, int mode, int major, int minor) {
        entry(path, CHARACTER_DEVICE | mode, new byte[0], major, minor);
    }

    /**
     * The archive, of whole pages; nothing can be added any more.
     *
     * <p>QEMU loads it to the end of memory, where SeaBIOS has put the ACPI tables of a microvm (acpi_data_size is 0 in
     * hw/i386/microvm.c). An archive whose last page is a part only lies over them, and the guest hangs behind "ACPI: Core
     * revision" or can't see its devices; one of whole pages ends a page before the end.
     */
    public byte[] finish() {
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        align(PAGE);
        return bytes.toByteArray();
    }

    private void entry(String path, int mode, byte[] content, int major, int minor) {
        byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
        StringBuilder header = new StringBuilder("070701");
        int links = (mode & DIRECTORY) != 0 ? 2 : 1;
        long[] fields = {++inode, mode, 0, 0, links, 0, content.length, 0, 0, major, minor, name.length, 0};
        for (long field : fields) {
            header.append(HEX.toHexDigits(field, DIGITS));
        }
        bytes.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(name);
        align(ALIGNMENT);
        bytes.writeBytes(content);
        align(ALIGNMENT);
    }

    private void align(int size) {
        while (bytes.size() % size != 0) {
            bytes.write(0);
        }
    }
}
