package org.nofear.launch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads an ext4 image by its one table of inodes, as the seed's are: all but lost+found, by path. */
final class Ext4Reader {

    private static final int BLOCK = 4096;
    private static final int INODE = 256;
    private static final int ROOT = 2;
    private static final int WHERE = 0x28;
    private static final int FIRST_EXTENT_BLOCK = WHERE + 20;

    private final ByteBuffer image;

    Ext4Reader(byte[] image) {
        this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A file, directory or link. */
    record Entry(int mode, int uid, int gid, long time, String text) {

        boolean isDirectory() {
            return (mode & 0170000) == 0040000;
        }

        boolean isLink() {
            return (mode & 0170000) == 0120000;
        }
    }

    Map<String, Entry> entries() {
        Map<String, Entry> entries = new TreeMap<>();
        walk(ROOT, "", entries);
        return entries;
    }

    private void walk(int number, String path, Map<String, Entry> entries) {
        Entry entry = entry(number);
        entries.put(path, entry);
        if (!entry.isDirectory()) {
            return;
        }
        ByteBuffer list = ByteBuffer.wrap(entry.text.getBytes(StandardCharsets.ISO_8859_1))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < list.limit(); at += list.getShort(at + 4)) {
            byte[] name = new byte[list.get(at + 6)];
            list.get(at + 8, name);
            String text = new String(name, StandardCharsets.UTF_8);
            if (!text.equals(".") && !text.equals("..") && !text.equals("lost+found")) {
                walk(list.getInt(at), path.isEmpty() ? text : path + "/" + text, entries);
            }
        }
    }

    private Entry entry(int number) {
        int at = image.getInt(BLOCK + 8) * BLOCK + (number - 1) * INODE;
        int size = image.getInt(at + 4);
        byte[] content = new byte[size];
        Entry kind = new Entry(image.getShort(at), 0, 0, 0, "");
        boolean inInode = kind.isLink() && size < 60;
        if (size > 0) {
            image.get(inInode ? at + WHERE : image.getInt(at + FIRST_EXTENT_BLOCK) * BLOCK, content);
        }
        return new Entry(
                Short.toUnsignedInt(image.getShort(at)),
                image.getShort(at + 2),
                image.getShort(at + 0x18),
                image.getInt(at + 0x10),
                new String(content, StandardCharsets.ISO_8859_1));
    }
}
