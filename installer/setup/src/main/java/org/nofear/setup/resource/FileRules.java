package org.nofear.setup.resource;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.nofear.setup.place.Accounts;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/** What the kinds of files have in common. */
final class FileRules {

    private FileRules() {}

    /** Other extended attributes of what is there (a label, an access control list) are kept. */
    static Snapshot.File wanted(
            Target target,
            String path,
            Content content,
            Permissions permissions,
            Optional<Capability> capability,
            Optional<FileTime> modified)
            throws IOException {
        Map<String, String> attributes = new TreeMap<>();
        if (target.files().inspect(path) instanceof Snapshot.File file) {
            attributes.putAll(file.attributes());
        }
        attributes.remove(Capability.ATTRIBUTE);
        capability.ifPresent(
                each -> attributes.put(Capability.ATTRIBUTE, HexFormat.of().formatHex(each.bytes())));
        return new Snapshot.File(
                content,
                permissions.mode(),
                number(Accounts.user(target, permissions.owner()), permissions.owner()),
                number(Accounts.group(target, permissions.group()), permissions.group()),
                attributes,
                modified);
    }

    static int number(OptionalInt found, String name) throws IOException {
        return found.orElseThrow(() -> new IOException("no such user or group: " + name));
    }

    static boolean owned(Target target, Permissions permissions, int mode, int uid, int gid) throws IOException {
        OptionalInt owner = Accounts.user(target, permissions.owner());
        OptionalInt group = Accounts.group(target, permissions.group());
        return mode == permissions.mode() && owner.equals(OptionalInt.of(uid)) && group.equals(OptionalInt.of(gid));
    }

    /** Whether a file is as wanted, but for its content. */
    static boolean dressed(Target target, Snapshot.File file, Permissions permissions, Optional<Capability> capability)
            throws IOException {
        return owned(target, permissions, file.mode(), file.uid(), file.gid())
                && Objects.equals(
                        capability
                                .map(each -> HexFormat.of().formatHex(each.bytes()))
                                .orElse(""),
                        file.attributes().getOrDefault(Capability.ATTRIBUTE, ""));
    }
}
