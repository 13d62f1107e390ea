package org.nofear.setup.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.NativeOs;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The only writer. A file or link appears whole or not at all (temporary beside it, fsync, rename, fsync of the directory),
 * whatever was planted there before: a link is replaced, never followed. Paths are absolute paths of the host.
 */
public final class SafeFiles {

    /** What a temporary file's name begins with; the name of what it is for follows. */
    static final String TEMPORARY = ".nofear-tmp.";

    private static final int PUBLIC_DIRECTORY = 0755;

    private final boolean root;
    private final TreePaths paths;
    private final Inspector inspector;
    private final DiskWriter disk;

    /**
     * @param root {@code /} or the top of an offline tree
     * @param checkpoint told of each step
     */
    public SafeFiles(Path root, NativeOs os, Checkpoint checkpoint) {
        this.root = os.effectiveUserId() == 0;
        this.paths = new TreePaths(root, os.effectiveUserId());
        this.inspector = new Inspector(os);
        this.disk = new DiskWriter(os, checkpoint);
    }

    /** What is at a path. */
    public Snapshot inspect(String absolute) throws IOException {
        try {
            return inspector.inspect(paths.locate(absolute));
        } catch (FileSystemException blocked) {
            return new Snapshot.Unseen(String.valueOf(blocked.getMessage()));
        }
    }

    /** Where a path of the host is on this machine. */
    public Path locate(String absolute) throws IOException {
        return paths.locate(absolute);
    }

    /**
     * Checks that a path may be written, without writing.
     *
     * @throws UserError (77) naming the parent that others could change
     */
    public void check(String absolute) throws IOException {
        paths.locateSafely(absolute);
    }

    /**
     * Checks that something can be put at a path, as far as that can be told: neither it nor the directory that it is in, or will
     * be in, is on a file system that is read-only, or immutable (chattr +i).
     *
     * @throws UserError (1) naming what is in the way
     */
    public void checkWritable(String absolute) throws IOException {
        Path path = paths.locate(absolute);
        Path nearest = Optional.ofNullable(path.getParent()).orElse(path);
        while (!Files.isDirectory(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isWritable(nearest)) {
            refuse(path, nearest.resolve(TEMPORARY + "probe"));
        }
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !Files.isWritable(path)) {
            refuse(path, path);
        }
    }

    /**
     * The kernel says why, to who tries: a bind mount that is read-only is in no list of Java's. That the caller is not root is no reason:
     * who looks first need not be.
     */
    private void refuse(Path path, Path tried) throws IOException {
        try {
            FileChannel.open(tried, StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS)
                    .close();
            if (!tried.equals(path)) {
                Files.delete(tried);
            }
        } catch (FileSystemException refused) {
            if (String.valueOf(refused.getReason()).contains("Read-only")) {
                throw new UserError(
                        ExitCode.FAILED,
                        path + " cannot be written: Read-only file system",
                        "make it writable, or take another --prefix");
            }
            if (root) { // what root may not write, the kernel lets nobody write
                throw new UserError(
                        ExitCode.FAILED,
                        path + " cannot be written: Operation not permitted (is it immutable?)",
                        "look with lsattr -d, and take the attribute away with chattr -i");
            }
        }
    }

    /** The names in a directory, sorted; none when it is absent. */
    public List<String> list(String absolute) throws IOException {
        try (Stream<Path> found = Files.list(paths.locate(absolute))) {
            return found.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException absent) {
            return List.of();
        }
    }

    /**
     * Makes a path what a snapshot says.
     *
     * @throws DirectoryNotEmptyException when a directory is to go that something is still in
     * @throws UserError (77) when the path is unsafe, or holds what cannot be replaced and put back
     */
    public void put(String absolute, Snapshot wanted) throws IOException {
        Path path = paths.locateSafely(absolute);
        Snapshot found = inspector.inspect(path);
        if (wanted instanceof Snapshot.Absent) {
            remove(path, found);
        } else if (wanted instanceof Snapshot.File file) {
            refuse(path, found, "a file", found instanceof Snapshot.Directory);
            disk.replace(path, temporary -> disk.write(temporary, file));
        } else if (wanted instanceof Snapshot.Link link) {
            refuse(path, found, "a link", found instanceof Snapshot.Directory);
            disk.replace(path, temporary -> disk.link(temporary, link));
        } else if (wanted instanceof Snapshot.Directory directory) {
            boolean there = found instanceof Snapshot.Directory;
            refuse(path, found, "a directory", !there && !(found instanceof Snapshot.Absent));
            if (!there) {
                disk.directory(path);
            }
            disk.dress(path, directory.mode(), directory.uid(), directory.gid(), directory.attributes());
            disk.sync(path);
        } else {
            throw new IllegalArgumentException(absolute + ": no " + wanted + " can be put there");
        }
    }

    private static void refuse(Path path, Snapshot found, String wanted, boolean inTheWay) {
        if (inTheWay || found instanceof Snapshot.Other) {
            throw new UserError(
                    ExitCode.REFUSED,
                    path + " is in the way (" + found.describe() + ") where " + wanted + " is to be",
                    "move it away");
        }
    }

    private void remove(Path path, Snapshot found) throws IOException {
        if (found instanceof Snapshot.Other) {
            throw new FileSystemException(path.toString(), null, "is not what was made there: " + found.describe());
        }
        if (!(found instanceof Snapshot.Absent)) {
            disk.delete(path);
        }
    }

    /** Replaces the text of an existing file (any bytes: ISO 8859-1), keeping its mode, owner and extended attributes. */
    public void rewrite(String absolute, String text) throws IOException {
        if (!(inspect(absolute) instanceof Snapshot.File file)) {
            throw new FileSystemException(absolute, null, "is no regular file");
        }
        Content content = Content.of(text.getBytes(StandardCharsets.ISO_8859_1));
        put(
                absolute,
                new Snapshot.File(content, file.mode(), file.uid(), file.gid(), file.attributes(), Optional.empty()));
    }

    /** Removes what a killed run may have left beside a path. */
    public void removeTemporary(String absolute) throws IOException {
        Path temporary = temporary(paths.locate(absolute));
        if (Files.exists(temporary, LinkOption.NOFOLLOW_LINKS)) {
            paths.locateSafely(absolute);
            deleteTree(temporary);
        }
    }

    /** Removes everything that killed runs may have left in a directory. */
    public void removeTemporaries(String directory) throws IOException {
        for (String name : list(directory)) {
            if (name.startsWith(TEMPORARY)) {
                deleteTree(paths.locateSafely(directory + "/" + name));
            }
        }
    }

    /**
     * Makes a directory with everything in it appear at once.
     *
     * @param absolute of a path that is absent, in a directory that is there
     * @param fill makes its content, given the temporary's absolute path
     */
    public void makeWhole(String absolute, Fill fill) throws IOException {
        Path path = paths.locateSafely(absolute);
        removeTemporary(absolute);
        disk.directory(temporary(path));
        int slash = absolute.lastIndexOf('/');
        fill.in(absolute.substring(0, slash + 1) + TEMPORARY + absolute.substring(slash + 1));
        disk.mode(temporary(path), PUBLIC_DIRECTORY);
        disk.sync(temporary(path));
        disk.rename(temporary(path), path);
    }

    /** Makes the content of a directory. */
    public interface Fill {
        void in(String absolute) throws IOException;
    }

    /** Makes a directory of ours with everything in it disappear at once. */
    public void removeWhole(String absolute) throws IOException {
        Path path = paths.locateSafely(absolute);
        removeTemporary(absolute);
        disk.rename(path, temporary(path));
        deleteTree(temporary(path));
    }

    /** Moves a file of ours out to beside a directory that is about to go, as the mark of that. */
    public void moveOut(String absolute, String directory) throws IOException {
        disk.rename(paths.locateSafely(absolute), temporary(paths.locateSafely(directory)));
    }

    /** Whether such a mark is there. */
    public boolean movedOut(String directory) throws IOException {
        return Files.isRegularFile(temporary(paths.locate(directory)), LinkOption.NOFOLLOW_LINKS);
    }

    /** Opens a file of ours for appending; it must be there. */
    public AppendFile append(String absolute) throws IOException {
        return disk.append(paths.locateSafely(absolute));
    }

    /** Sets or removes an extended attribute of a regular file, in place. */
    public void attribute(String absolute, String name, Optional<byte[]> value) throws IOException {
        Path path = paths.locateSafely(absolute);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(absolute, null, "is no regular file");
        }
        disk.attribute(path, name, value);
    }

    /** Writes a value to a file of /proc or /sys, in place. */
    public void writeKernelValue(String absolute, String value) throws IOException {
        disk.writeInPlace(paths.locate(absolute), value);
    }

    private void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> inside;
            try (Stream<Path> found = Files.list(path)) {
                inside = found.toList();
            }
            for (Path each : inside) {
                deleteTree(each);
            }
        }
        disk.delete(path);
    }

    private static Path temporary(Path path) {
        return path.resolveSibling(TEMPORARY + path.getFileName());
    }
}
