package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.nofear.host.Host;

/**
 * A device node.
 *
 * @param path absolute
 * @param access its owner and mode; empty when there is no such node
 */
public record DeviceNode(String path, Optional<Access> access) {

    /**
     * Who may use a node.
     *
     * @param mode as {@code ls} shows it: {@code rw-rw----}
     * @param owner the owner's name, or its number
     * @param group the group's name, or its number
     * @param usable whether the caller may read and write it, by its mode and access list
     */
    public record Access(String mode, String owner, String group, boolean usable) {}

    static DeviceNode at(Host host, String path) {
        Path place = host.place(path).orElse(host.path(path));
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new DeviceNode(
                    path,
                    Optional.of(new Access(
                            PosixFilePermissions.toString(attributes.permissions()),
                            attributes.owner().getName(),
                            attributes.group().getName(),
                            Files.isReadable(place) && Files.isWritable(place))));
        } catch (IOException absent) {
            return new DeviceNode(path, Optional.empty());
        }
    }

    public boolean present() {
        return access.isPresent();
    }

    public boolean usable() {
        return access.map(Access::usable).orElse(false);
    }
}
