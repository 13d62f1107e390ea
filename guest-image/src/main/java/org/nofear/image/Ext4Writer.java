package org.nofear.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes an ext4 image to be mounted read-only: no journal, no room to grow, every file in one piece. All belongs to root; the
 * same entries give the same bytes. The form is that of Documentation/filesystems/ext4 in Linux; e2fsck finds it clean.
 *
 * <p>mke2fs can fill an image from a directory too, but gives each file the owner that it has there, which is the caller.
 */
public final class Ext4Writer {

    private static final int OPEN = 0755;
    private static final int OWNER_ONLY = 0700;

    /** Where e2fsck would put what it finds; it asks for one. */
    private static final String LOST_AND_FOUND = "lost+found";

    private final List<Ext4Node> nodes = new ArrayList<>();
    private final Map<String, Ext4Node.Directory> directories = new HashMap<>();

    public Ext4Writer() {
        Ext4Node.Directory root = new Ext4Node.Directory(Ext4Node.ROOT, OPEN, Ext4Node.ROOT);
        nodes.add(root);
        directories.put("", root);
        directory(LOST_AND_FOUND, OWNER_ONLY);
    }

    /**
     * A directory, after the one that it is in.
     *
     * @param path relative, without a slash at its end
     * @throws IllegalArgumentException when the one that it is in is not there
     */
    public void directory(String path, int mode) {
        Ext4Node.Directory parent = parent(path);
        Ext4Node.Directory directory = new Ext4Node.Directory(nextNumber(), mode, parent.number());
        add(parent, path, directory);
        directories.put(path, directory);
    }

    /**
     * A file, after the directory that it is in.
     *
     * @param time of its last change, in seconds since 1970
     * @throws IllegalArgumentException when its directory is not there
     */
    public void file(String path, int mode, long time, byte[] content) {
        add(parent(path), path, Ext4Node.Plain.file(nextNumber(), mode, time, content));
    }

    /**
     * A symbolic link, after the directory that it is in.
     *
     * @throws IllegalArgumentException when its directory is not there
     */
    public void link(String path, String target) {
        add(parent(path), path, Ext4Node.Plain.link(nextNumber(), target));
    }

    /** The image, a whole number of blocks. */
    public byte[] finish() {
        Ext4Layout layout = Ext4Layout.of(
                nextNumber() - 1, nodes.stream().mapToInt(Ext4Node::blocks).sum());
        ByteBuffer image = ByteBuffer.allocate(layout.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        int block = layout.firstDataBlock();
        for (Ext4Node node : nodes) {
            node.writeInode(image.position(layout.inodeOffset(node.number())), block);
            node.writeBlocks(image.position(block * Ext4Layout.BLOCK));
            block += node.blocks();
        }
        layout.writeGroups(
                image, directories.values().stream().map(Ext4Node::number).toList());
        layout.writeSuperblock(image, UUID.nameUUIDFromBytes(image.array()));
        return image.array();
    }

    private Ext4Node.Directory parent(String path) {
        Ext4Node.Directory parent = directories.get(path.substring(0, Math.max(path.lastIndexOf('/'), 0)));
        if (parent == null) {
            throw new IllegalArgumentException(path + ": its directory is not there");
        }
        return parent;
    }

    private void add(Ext4Node.Directory parent, String path, Ext4Node node) {
        nodes.add(node);
        parent.add(path.substring(path.lastIndexOf('/') + 1), node);
    }

    /** All but the root are numbered as they come. */
    private int nextNumber() {
        return Ext4Node.FIRST + nodes.size() - 1;
    }
}
