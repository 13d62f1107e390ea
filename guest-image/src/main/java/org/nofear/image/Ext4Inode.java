package org.nofear.image;

import java.nio.ByteBuffer;

/**
 * An inode of ext4 (struct ext4_inode of fs/ext4/ext4.h), root's, with one extent at most.
 *
 * @param mode type and permissions
 * @param time of the last change, in seconds since 1970
 * @param size of the content, in bytes
 */
record Ext4Inode(int mode, int links, long time, int size) {

    /** The bytes for the blocks' numbers, or for a link's target, which ends with a zero. */
    static final int ROOM = 60;

    private static final int CHANGED = 0x0c;
    private static final int MODIFIED = 0x10;
    private static final int ACCESSED = 0x08;
    private static final int LINKS = 0x1a;
    private static final int SECTORS = 0x1c;
    private static final int FLAGS = 0x20;
    private static final int WHERE = 0x28;
    private static final int EXTRA_SIZE = 0x80;
    private static final int CHANGED_EXTRA = 0x84;
    private static final int MODIFIED_EXTRA = 0x88;
    private static final int ACCESSED_EXTRA = 0x8c;

    private static final int USES_EXTENTS = 0x80000;
    private static final short EXTENT_MAGIC = (short) 0xf30a;
    private static final short EXTENTS_IN_AN_INODE = 4;
    private static final int SECTORS_IN_A_BLOCK = Ext4Layout.BLOCK / 512;

    /** The longest extent, in blocks: 128 MiB. */
    private static final int LONGEST_EXTENT = 32768;

    /** Written where the buffer stands, with the content itself. */
    void write(ByteBuffer to, byte[] content) {
        int start = to.position();
        common(to, start);
        to.put(start + WHERE, content);
    }

    /**
     * Written where the buffer stands.
     *
     * @param block the first of those with the content
     * @param blocks how many there are, at most four of the longest extents
     */
    void write(ByteBuffer to, int block, int blocks) {
        int start = to.position();
        common(to, start);
        to.putInt(start + SECTORS, blocks * SECTORS_IN_A_BLOCK);
        to.putInt(start + FLAGS, USES_EXTENTS);
        int extents = (blocks + LONGEST_EXTENT - 1) / LONGEST_EXTENT;
        to.position(start + WHERE);
        to.putShort(EXTENT_MAGIC)
                .putShort((short) extents)
                .putShort(EXTENTS_IN_AN_INODE)
                .putShort((short) 0)
                .putInt(0);
        for (int first = 0; first < blocks; first += LONGEST_EXTENT) {
            int length = Math.min(blocks - first, LONGEST_EXTENT);
            to.putInt(first).putShort((short) length).putShort((short) 0).putInt(block + first);
        }
    }

    private void common(ByteBuffer to, int start) {
        to.putShort(start, (short) mode);
        to.putInt(start + Integer.BYTES, size);
        to.putShort(start + LINKS, (short) links);
        to.putShort(start + EXTRA_SIZE, (short) Ext4Layout.EXTRA_BYTES);
        // The low 32 bits are signed; two more say how often they have gone round.
        int extra = (int) ((time - (int) time) >> Integer.SIZE) & 3;
        to.putInt(start + CHANGED, (int) time).putInt(start + CHANGED_EXTRA, extra);
        to.putInt(start + MODIFIED, (int) time).putInt(start + MODIFIED_EXTRA, extra);
        to.putInt(start + ACCESSED, (int) time).putInt(start + ACCESSED_EXTRA, extra);
    }
}
