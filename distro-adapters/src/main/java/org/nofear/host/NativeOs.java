package org.nofear.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The system calls that the Java library lacks. */
public interface NativeOs {

    /** Those of the running kernel, through JNA. */
    static NativeOs system() {
        return new LibcOs();
    }

    /** The effective user id; 0 is root. */
    int effectiveUserId();

    /**
     * An extended attribute of a file itself (a symbolic link is not followed), such as {@code security.capability}.
     *
     * @return empty when the file has no such attribute or its file system has none
     * @throws IOException when the file cannot be looked at
     */
    Optional<byte[]> extendedAttribute(Path file, String name) throws IOException;

    /**
     * The names of all extended attributes of a file itself that the caller may see.
     *
     * @return empty when it has none or its file system has none
     * @throws IOException when the file cannot be looked at
     */
    List<String> extendedAttributeNames(Path file) throws IOException;

    /**
     * Sets an extended attribute of a file itself.
     *
     * @throws IOException with the kernel's reason
     */
    void setExtendedAttribute(Path file, String name, byte[] value) throws IOException;

    /** Removes an extended attribute of a file itself; it is no error when there was none. */
    void removeExtendedAttribute(Path file, String name) throws IOException;

    /** The version of Landlock's interface in the running kernel; 0 where it is missing or off. */
    int landlockAbi();
}
