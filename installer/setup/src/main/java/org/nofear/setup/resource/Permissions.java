package org.nofear.setup.resource;

/**
 * Who may do what with a file.
 *
 * @param mode the twelve permission bits, as chmod(1) takes them in octal
 * @param owner a user's name of the host's /etc/passwd, or a number
 * @param group a group's name of the host's /etc/group, or a number
 */
public record Permissions(int mode, String owner, String group) {

    /** 0644 root:root. */
    public static final Permissions FILE = new Permissions(0644, "root", "root");

    /** 0755 root:root. */
    public static final Permissions PROGRAM = new Permissions(0755, "root", "root");

    /** 0755 root:root. */
    public static final Permissions DIRECTORY = new Permissions(0755, "root", "root");

    public Permissions {
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException("not a mode: " + Integer.toOctalString(mode));
        }
    }
}
