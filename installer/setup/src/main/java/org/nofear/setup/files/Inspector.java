package org.nofear.setup.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nofear.host.NativeOs;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/** Takes the snapshot of what is at a path; changes nothing and follows no link. */
final class Inspector {

    private static final int PERMISSIONS = 07777;
    private static final int TYPE = 0170000;
    private static final Map<Integer, String> OTHER_TYPES =
            Map.of(0010000, "FIFO", 0020000, "character device", 0060000, "block device", 0140000, "socket");

    private final NativeOs os;

    Inspector(NativeOs os) {
        this.os = os;
    }

    Snapshot inspect(Path path) throws IOException {
        try {
            return look(path);
        } catch (NoSuchFileException absent) {
            return new Snapshot.Absent();
        } catch (AccessDeniedException denied) {
            return new Snapshot.Unseen(denied.getMessage() + " can only be read by root");
        }
    }

    private Snapshot look(Path path) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(path, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) found.getOrDefault("mode", 0);
        int uid = (Integer) found.getOrDefault("uid", 0);
        int gid = (Integer) found.getOrDefault("gid", 0);
        return switch (mode & TYPE) {
            case 0100000 ->
                new Snapshot.File(
                        Content.of(path), mode & PERMISSIONS, uid, gid, attributes(path), Optional.ofNullable((FileTime)
                                found.get("lastModifiedTime")));
            case 0040000 -> new Snapshot.Directory(mode & PERMISSIONS, uid, gid, attributes(path));
            case 0120000 -> new Snapshot.Link(Files.readSymbolicLink(path).toString(), uid, gid);
            default -> new Snapshot.Other(OTHER_TYPES.getOrDefault(mode & TYPE, "unknown kind of file"));
        };
    }

    private Map<String, String> attributes(Path path) throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (String name : os.extendedAttributeNames(path)) {
            os.extendedAttribute(path, name)
                    .ifPresent(value -> found.put(name, HexFormat.of().formatHex(value)));
        }
        return found;
    }
}
