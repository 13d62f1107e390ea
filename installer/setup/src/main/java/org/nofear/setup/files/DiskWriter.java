package org.nofear.setup.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.nofear.host.NativeOs;
import org.nofear.setup.Failure;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Digests;
import org.nofear.setup.snapshot.Snapshot;

/** The system calls of {@link SafeFiles}, each followed by its checkpoint. */
final class DiskWriter {

    private static final int BUFFER = 1 << 16;

    /** Given by the security module for the directory; ours to set only where it lets us. */
    private static final Set<String> LABELS =
            Set.of("security.selinux", "security.SMACK64", "security.ima", "security.evm");

    private final NativeOs os;
    private final Checkpoint checkpoint;

    DiskWriter(NativeOs os, Checkpoint checkpoint) {
        this.os = os;
        this.checkpoint = checkpoint;
    }

    /** Makes a temporary. */
    interface Maker {
        void make(Path temporary) throws IOException;
    }

    void replace(Path path, Maker maker) throws IOException {
        Path temporary = path.resolveSibling(SafeFiles.TEMPORARY + path.getFileName());
        Files.deleteIfExists(temporary);
        try {
            maker.make(temporary);
            rename(temporary, path);
        } catch (IOException failed) {
            // A full disk: give back what was taken. (An Error is a crash test's kill, and leaves everything.)
            Files.deleteIfExists(temporary);
            throw Failure.at(path, failed);
        }
    }

    void write(Path temporary, Snapshot.File file) throws IOException {
        try (FileChannel out = FileChannel.open(
                temporary,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            checkpoint.passed("created " + temporary);
            copy(file.content(), out, temporary);
            checkpoint.passed("wrote " + temporary);
            dress(temporary, file.mode(), file.uid(), file.gid(), file.attributes());
            if (file.modified().isPresent()) {
                Files.setLastModifiedTime(temporary, file.modified().get());
            }
            out.force(true);
            checkpoint.passed("synced " + temporary);
        }
    }

    private static void copy(Content content, FileChannel out, Path to) throws IOException {
        MessageDigest digest = Digests.digest();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = content.open()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                writeAll(out, ByteBuffer.wrap(buffer, 0, count));
            }
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(content.sha256())) {
            throw new FileSystemException(to.toString(), null, "its source changed while it was copied, or is damaged");
        }
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    void link(Path temporary, Snapshot.Link link) throws IOException {
        Files.createSymbolicLink(temporary, Path.of(link.target()));
        own(temporary, link.uid(), link.gid());
        checkpoint.passed("linked " + temporary);
    }

    /** A directory that only its owner may enter, until it is dressed. */
    void directory(Path path) throws IOException {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        checkpoint.passed("made directory " + path);
        syncParent(path);
    }

    /** Owner first, since a change of owner takes set-id bits and capabilities away. */
    void dress(Path path, int mode, int uid, int gid, Map<String, String> attributes) throws IOException {
        own(path, uid, gid);
        Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
        for (String name : os.extendedAttributeNames(path)) {
            if (!attributes.containsKey(name) && !LABELS.contains(name)) {
                os.removeExtendedAttribute(path, name);
            }
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            attribute(path, attribute.getKey(), HexFormat.of().parseHex(attribute.getValue()));
        }
        checkpoint.passed("dressed " + path);
    }

    private void attribute(Path path, String name, byte[] value) throws IOException {
        try {
            os.setExtendedAttribute(path, name, value);
        } catch (IOException refused) {
            if (!LABELS.contains(name)) {
                throw refused;
            }
        }
    }

    void attribute(Path path, String name, Optional<byte[]> value) throws IOException {
        if (value.isPresent()) {
            os.setExtendedAttribute(path, name, value.get());
        } else {
            os.removeExtendedAttribute(path, name);
        }
        checkpoint.passed(name + " of " + path);
    }

    void mode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
        checkpoint.passed("mode of " + path);
    }

    private static void own(Path path, int uid, int gid) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
        if (!Objects.equals(found.get("gid"), gid)) {
            Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        }
        if (!Objects.equals(found.get("uid"), uid)) {
            Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    void rename(Path from, Path to) throws IOException {
        if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            checkpoint.passed(Checkpoint.MOVE + from);
        }
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        checkpoint.passed("renamed " + to);
        syncParent(to);
    }

    void delete(Path path) throws IOException {
        Files.delete(path);
        checkpoint.passed("deleted " + path);
        syncParent(path);
    }

    AppendFile append(Path path) throws IOException {
        return new AppendFile(
                path,
                FileChannel.open(
                        path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)),
                checkpoint);
    }

    void writeInPlace(Path file, String value) throws IOException {
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS))) {
            writeAll(out, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException refused) {
            throw Failure.at(file, refused);
        }
        checkpoint.passed("set " + file);
    }

    private void syncParent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        checkpoint.passed("synced " + directory);
    }
}
