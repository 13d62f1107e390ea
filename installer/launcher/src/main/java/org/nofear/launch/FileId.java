package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What stays of a file whatever it is called.
 *
 * @param device as stat(2) has it
 * @param inode on the device
 */
public record FileId(long device, long inode) {

    /** Of the path itself, a link not followed; empty when it can't be looked at. */
    static Optional<FileId> of(Path path) {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
            return attributes.get("dev") instanceof Long device && attributes.get("ino") instanceof Long inode
                    ? Optional.of(new FileId(device, inode))
                    : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** The reverse of {@link #toString}; empty when the text is none. */
    static Optional<FileId> parse(String text) {
        String[] numbers = text.split(":", -1);
        try {
            return numbers.length == 2
                    ? Optional.of(new FileId(Long.parseUnsignedLong(numbers[0]), Long.parseUnsignedLong(numbers[1])))
                    : Optional.empty();
        } catch (NumberFormatException garbage) {
            return Optional.empty();
        }
    }

    /** {@code DEVICE:INODE}, as shares.c has it. */
    @Override
    public String toString() {
        return Long.toUnsignedString(device) + ":" + Long.toUnsignedString(inode);
    }
}
