package org.nofear.setup.resource;

import org.nofear.setup.snapshot.Content;

/**
 * A file with given content. Missing parent directories are made (0755 root:root) without being listed.
 *
 * @param path absolute path on the host
 */
public record FileResource(String path, Content content, Permissions permissions, String reason) implements Resource {

    /** A text file, 0644 root:root. */
    public static FileResource text(String path, String text, String reason) {
        return new FileResource(path, Content.of(text), Permissions.FILE, reason);
    }
}
