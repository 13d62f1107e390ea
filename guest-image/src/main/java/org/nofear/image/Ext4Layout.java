package org.nofear.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Where things lie in an ext4 image that is full: the superblock, the groups' descriptors, then the maps of blocks, the maps of
 * inodes and the tables of inodes of all groups, and the data behind them to the end. That they need not be in their groups is
 * what flex_bg says; sparse_super2 says that there are no copies of the superblock.
 *
 * @param inodes how many are used, those with uses of their own included
 * @param dataBlocks at least 1
 * @param groups of 32768 blocks each, at least 1
 */
record Ext4Layout(int inodes, int dataBlocks, int groups) {

    static final int BLOCK = 4096;

    /** Of an inode, behind its first 128 bytes. */
    static final int EXTRA_BYTES = 32;

    private static final int BLOCKS_IN_A_GROUP = 8 * BLOCK;
    private static final int MOST_INODES_IN_A_GROUP = 8 * BLOCK;
    private static final int INODES_IN_A_BLOCK = BLOCK / Ext4Node.INODE_BYTES;
    private static final int DESCRIPTOR_BYTES = 32;
    private static final int SUPERBLOCK = 1024;

    /**
     * The smallest layout.
     *
     * @param inodes how many are used
     * @param dataBlocks how many blocks all contents take
     */
    static Ext4Layout of(int inodes, int dataBlocks) {
        int groups = 1;
        while (true) {
            Ext4Layout layout = new Ext4Layout(inodes, dataBlocks, groups);
            if (layout.blocks() <= groups * BLOCKS_IN_A_GROUP && layout.inodesInAGroup() <= MOST_INODES_IN_A_GROUP) {
                return layout;
            }
            groups++;
        }
    }

    int bytes() {
        return Math.multiplyExact(blocks(), BLOCK);
    }

    int firstDataBlock() {
        return inodeTable(groups);
    }

    /** In bytes. */
    int inodeOffset(int number) {
        return inodeTable(0) * BLOCK + (number - 1) * Ext4Node.INODE_BYTES;
    }

    private int blocks() {
        return firstDataBlock() + dataBlocks;
    }

    /** Those of a group fill whole blocks, and the groups' tables follow each other: one table for all numbers. */
    private int inodesInAGroup() {
        int each = (inodes + groups - 1) / groups;
        return (each + INODES_IN_A_BLOCK - 1) / INODES_IN_A_BLOCK * INODES_IN_A_BLOCK;
    }

    private int blockMap(int group) {
        return 1 + (groups * DESCRIPTOR_BYTES + BLOCK - 1) / BLOCK + group;
    }

    private int inodeMap(int group) {
        return blockMap(groups) + group;
    }

    private int inodeTable(int group) {
        return inodeMap(groups) + group * (inodesInAGroup() / INODES_IN_A_BLOCK);
    }

    /** The descriptors of the groups and their maps: every block is in use, and so are the first inodes. */
    void writeGroups(ByteBuffer image, List<Integer> directories) {
        for (int group = 0; group < groups; group++) {
            int first = group * inodesInAGroup();
            int used = Math.max(0, Math.min(inodes - first, inodesInAGroup()));
            long directoriesHere = directories.stream()
                    .filter(number -> (number - 1) / inodesInAGroup() == first / inodesInAGroup())
                    .count();
            image.position(BLOCK + group * DESCRIPTOR_BYTES);
            image.putInt(blockMap(group)).putInt(inodeMap(group)).putInt(inodeTable(group));
            image.putShort((short) 0)
                    .putShort((short) (inodesInAGroup() - used))
                    .putShort((short) directoriesHere);
            fill(image, blockMap(group), 0, BLOCKS_IN_A_GROUP);
            fill(image, inodeMap(group), 0, used);
            // What a map has no inodes for counts as used.
            fill(image, inodeMap(group), inodesInAGroup(), MOST_INODES_IN_A_GROUP);
        }
    }

    private static void fill(ByteBuffer image, int map, int from, int to) {
        for (int bit = from; bit < to; bit++) {
            int at = map * BLOCK + bit / Byte.SIZE;
            image.put(at, (byte) (image.get(at) | 1 << bit % Byte.SIZE));
        }
    }

    /** struct ext4_super_block of fs/ext4/ext4.h. */
    void writeSuperblock(ByteBuffer image, UUID uuid) {
        image.position(SUPERBLOCK);
        image.putInt(groups * inodesInAGroup()).putInt(blocks());
        image.putInt(0); // reserved blocks
        image.putInt(0); // free blocks
        image.putInt(groups * inodesInAGroup() - inodes); // free inodes
        image.putInt(0); // the first block
        image.putInt(2).putInt(2); // blocks and clusters of 1024 << 2 bytes
        image.putInt(BLOCKS_IN_A_GROUP).putInt(BLOCKS_IN_A_GROUP).putInt(inodesInAGroup());
        image.putInt(0).putInt(0); // never mounted, written in 1970
        image.putShort((short) 0).putShort((short) -1); // mounts, and after how many to check it
        image.putShort((short) 0xef53); // the magic number
        image.putShort((short) 1); // clean
        image.putShort((short) 1); // go on after errors
        image.putShort((short) 0).putInt(0).putInt(0); // minor revision, last check, checks each
        image.putInt(0).putInt(1); // made by Linux, revision 1
        image.putShort((short) 0).putShort((short) 0); // root may use reserved blocks
        image.putInt(Ext4Node.FIRST).putShort((short) Ext4Node.INODE_BYTES);
        image.putShort((short) 0); // this superblock's group
        image.putInt(0x200); // compatible: sparse_super2
        image.putInt(0x2 | 0x40 | 0x200); // to be known: filetype, extents, flex_bg
        image.putInt(0x40); // to be known by who writes: extra_isize
        image.putLong(Long.reverseBytes(uuid.getMostSignificantBits()));
        image.putLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
        image.put("nofear-seed".getBytes(StandardCharsets.US_ASCII));
        image.put(SUPERBLOCK + 0xfc, (byte) 1); // directories would be hashed by half MD4
        image.putShort(SUPERBLOCK + 0x15c, (short) EXTRA_BYTES).putShort(SUPERBLOCK + 0x15e, (short) EXTRA_BYTES);
        image.putInt(SUPERBLOCK + 0x160, 1); // hashes are of signed characters
        image.put(SUPERBLOCK + 0x174, (byte)
                (Integer.SIZE - Integer.numberOfLeadingZeros(groups - 1))); // one flexible group
    }
}
