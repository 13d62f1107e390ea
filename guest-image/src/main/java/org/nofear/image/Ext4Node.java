package org.nofear.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What an ext4 image holds: an inode and the blocks of its content. */
sealed interface Ext4Node {

    int ROOT = 2;

    /** Inodes below have uses of their own. */
    int FIRST = 11;

    int INODE_BYTES = 256;

    /** The inode's number, from 1. */
    int number();

    /** The type and permissions, as in stat(2). */
    int mode();

    int links();

    /** Of the last change, in seconds since 1970. */
    long time();

    byte[] content();

    /** How directories call its type. */
    byte type();

    /** How many blocks its content takes; a short link takes none. */
    default int blocks() {
        return inInode() ? 0 : (content().length + Ext4Layout.BLOCK - 1) / Ext4Layout.BLOCK;
    }

    /** Whether the content is where the inode else says in which blocks it is. */
    default boolean inInode() {
        return false;
    }

    /**
     * Writes the inode where the buffer stands.
     *
     * @param block the first of its blocks, which follow each other
     */
    default void writeInode(ByteBuffer to, int block) {
        Ext4Inode inode = new Ext4Inode(mode(), links(), time(), content().length);
        if (inInode()) {
            inode.write(to, content());
        } else {
            inode.write(to, block, blocks());
        }
    }

    /** Writes the content where the buffer stands. */
    default void writeBlocks(ByteBuffer to) {
        if (!inInode()) {
            to.put(content());
        }
    }

    /** A file or a symbolic link. */
    final class Plain implements Ext4Node {

        private static final int FILE = 0100000;
        private static final int LINK = 0120777;
        private static final byte FILE_TYPE = 1;
        private static final byte LINK_TYPE = 7;

        private final int number;
        private final int mode;
        private final byte type;
        private final long time;
        private final byte[] content;

        private Plain(int number, int mode, byte type, long time, byte[] content) {
            this.number = number;
            this.mode = mode;
            this.type = type;
            this.time = time;
            this.content = content;
        }

        static Plain file(int number, int permissions, long time, byte[] content) {
            return new Plain(number, FILE | permissions, FILE_TYPE, time, content);
        }

        static Plain link(int number, String target) {
            return new Plain(number, LINK, LINK_TYPE, 0, target.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public int mode() {
            return mode;
        }

        @Override
        public int links() {
            return 1;
        }

        @Override
        public long time() {
            return time;
        }

        @Override
        public byte[] content() {
            return content;
        }

        @Override
        public byte type() {
            return type;
        }

        @Override
        public boolean inInode() {
            return type == LINK_TYPE && content.length < Ext4Inode.ROOM;
        }
    }

    /** A directory: a list, in blocks of their own, since an entry does not go over the end of one. */
    final class Directory implements Ext4Node {

        private static final int TYPE = 0040000;
        private static final byte ENTRY_TYPE = 2;
        private static final int HEADER = 8;
        private static final int ALIGNMENT = 4;

        private final int number;
        private final int permissions;
        private final List<Entry> entries = new ArrayList<>();
        private int links = 2;

        private record Entry(String name, int number, byte type) {

            byte[] nameBytes() {
                return name.getBytes(StandardCharsets.UTF_8);
            }

            int bytes() {
                return (HEADER + nameBytes().length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            }
        }

        Directory(int number, int permissions, int parent) {
            this.number = number;
            this.permissions = permissions;
            entries.add(new Entry(".", number, ENTRY_TYPE));
            entries.add(new Entry("..", parent, ENTRY_TYPE));
        }

        void add(String name, Ext4Node node) {
            entries.add(new Entry(name, node.number(), node.type()));
            if (node instanceof Directory) {
                links++;
            }
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public int mode() {
            return TYPE | permissions;
        }

        @Override
        public int links() {
            return links;
        }

        @Override
        public long time() {
            return 0;
        }

        @Override
        public byte type() {
            return ENTRY_TYPE;
        }

        @Override
        public byte[] content() {
            ByteArrayOutputStream blocks = new ByteArrayOutputStream();
            int from = 0;
            while (from < entries.size()) {
                int to = from;
                int used = 0;
                while (to < entries.size() && used + entries.get(to).bytes() <= Ext4Layout.BLOCK) {
                    used += entries.get(to++).bytes();
                }
                blocks.writeBytes(block(entries.subList(from, to)));
                from = to;
            }
            return blocks.toByteArray();
        }

        /** The last entry of a block takes what is left of it. */
        private static byte[] block(List<Entry> entries) {
            ByteBuffer block = ByteBuffer.allocate(Ext4Layout.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < entries.size(); i++) {
                Entry entry = entries.get(i);
                int start = block.position();
                int length = i == entries.size() - 1 ? block.remaining() : entry.bytes();
                block.putInt(entry.number).putShort((short) length);
                byte[] name = entry.nameBytes();
                block.put((byte) name.length).put(entry.type).put(name);
                block.position(start + length);
            }
            return block.array();
        }
    }
}
